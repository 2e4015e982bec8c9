"""make:driver."""

from __future__ import annotations

from functools import partial

from app.console.make import racks, tree
from app.console.make.changes import Changes
from app.console.make.layout import call, tidied
from app.console.make.names import NOUN
from app.console.make.single.generator import generator, named
from app.console.make.stub import fill
from app.console.make.verbs import Contract, contract_of
from pkg.console import Exit, Stop, warn
from pkg.str import camel

FORM = "PKG/NAME"


@generator("make:driver", metavar=FORM, refers=True)
def make_driver(changes: Changes, name: str) -> None:
    """Writes a driver of a module of pkg, such as sms/carrier, and its test: yours to finish.

    It has every verb of the contract, with its signature; each raises NotImplementedError and says
    its name until it is written. It stands in the table of the module's drivers, where there is
    one, and may be set.
    """
    package, slash, text = name.partition("/")
    if not slash or not NOUN.fullmatch(package):
        raise Stop(f"{name!r} names no module: write {FORM}, such as sms/carrier", Exit.USAGE)
    name = named(text)
    contract = contract_of(changes.root, package)
    end = "Driver" if contract.name.endswith("Driver") else contract.name
    driver = f"{camel(name)}{end}"
    holes = {
        "package": contract.package,
        "contract": contract.name,
        "name": name,
        "driver": driver,
        "verbs": contract.code,
        "imports": "\n".join(contract.imports),
        "unwritten": call("UNWRITTEN = [", [f'"{one}"' for one in contract.verbs], "]"),
    }
    code = tidied(fill("single/driver", **holes))
    changes.make(f"{contract.folder}/drivers/{name}.py", code)
    _list(changes, contract, name, driver)
    test = tidied(fill("single/driver_test", **holes))
    changes.make(f"tests/unit/{contract.folder}/test_{name}.py", test)


def _list(changes: Changes, contract: Contract, name: str, driver: str) -> None:
    """Puts the driver where those of its module are listed, and lets it be set."""
    rack = racks.rack_of(changes.root, contract)
    if rack is None:
        warn(f"no table lists drivers of {contract.package}: name it where they are built")
        return
    if name in rack.names:
        raise Stop(f"{rack.file} has a driver {name} already: take another name")
    item = f'"{name}": {driver}' + ("" if rack.makes else "()")
    module = f"{contract.package}.drivers.{name}"
    changes.change(rack.file, lambda path, text: racks.with_driver(path, text, contract, item))
    changes.change(rack.file, lambda path, text: tree.with_import(path, text, module, driver))
    config = f"{contract.folder}/config.py"
    if (changes.root / config).exists():
        changes.change(config, partial(racks.with_choice, names=rack.names, name=name))
