"""Every command: its name, where it is, and its line in the help."""

from __future__ import annotations

from pkg.console import Entry

COMMANDS: dict[str, Entry] = {
    "list": Entry("app.console.help:list_commands", "Shows every command."),
    "help": Entry("app.console.help:help_command", "Explains one command."),
    "key:generate": Entry("app.console.key:key_generate", "Writes a fresh APP_KEY to .env."),
}
