"""What each shell is told: a command NAME that works anywhere, and who completes its words.

The words typed so far go to the console itself in COMP_WORDS, the number of the one that is being
typed in COMP_CWORD (fish: that word itself); it answers with a line `kind,word` each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NAME: Final = "parley"
VARIABLE: Final = "_CONSOLE_COMPLETE"  # what click looks for, and main.py hands it

BASH: Final = """\
%(name)s() { %(run)s "$@"; }

_%(name)s() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            plain,*) COMPREPLY+=("${line#plain,}") ;;
            dir,*) compopt -o dirnames ;;
            file,*) compopt -o default ;;
        esac
    done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \\
        %(variable)s=bash_complete %(run)s)
}

complete -F _%(name)s %(name)s
"""

ZSH: Final = """\
%(name)s() { %(run)s "$@"; }

_%(name)s() {
    local line
    local -a found
    for line in "${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) \\
        %(variable)s=bash_complete %(run)s)}"; do
        case $line in
            plain,*) found+=("${line#plain,}") ;;
            dir,*) _path_files -/ ;;
            file,*) _path_files ;;
        esac
    done
    (( $#found )) && compadd -a found
}

(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _%(name)s %(name)s
"""

FISH: Final = """\
function %(name)s
    %(run)s $argv
end

function __%(name)s_complete
    set -lx COMP_WORDS (commandline -cp)
    set -lx COMP_CWORD (commandline -ct)
    set -lx %(variable)s fish_complete
    for line in (%(run)s)
        set -l found (string split -m 1 , -- $line)
        switch $found[1]
            case plain
                echo $found[2]
            case dir
                __fish_complete_directories $COMP_CWORD
            case file
                __fish_complete_path $COMP_CWORD
        end
    end
end

complete --command %(name)s --no-files --arguments '(__%(name)s_complete)'
"""

SCRIPTS: Final[Mapping[str, str]] = {"bash": BASH, "zsh": ZSH, "fish": FISH}
