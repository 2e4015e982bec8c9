"""MySQL and MariaDB answer the statement of a table; references come after all tables."""

from __future__ import annotations

import re

from pkg.migrate.contract import Target
from pkg.migrate.dump.contract import refuse
from pkg.migrate.ledger import TABLES, table_names

COUNTED = re.compile(r" AUTO_INCREMENT=\d+")
REFERENCE = re.compile(r",\n +(CONSTRAINT `[^`]+` FOREIGN KEY [^\n]+?)(?=,?\n)")
DEFINER = re.compile(r" DEFINER=\S+")
OTHERS = (
    "SELECT CONCAT(LOWER(table_type), ' ', table_name) AS what FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_type <> 'BASE TABLE' UNION ALL "
    "SELECT CONCAT('event ', event_name) FROM information_schema.events "
    "WHERE event_schema = DATABASE() UNION ALL "
    "SELECT CONCAT(LOWER(routine_type), ' ', routine_name) FROM information_schema.routines "
    "WHERE routine_schema = DATABASE()"
)
TRIGGERS = (
    "SELECT trigger_name AS name FROM information_schema.triggers "
    "WHERE trigger_schema = DATABASE() ORDER BY event_object_table, action_order, trigger_name"
)


async def structure(target: Target) -> list[str]:
    """Answers the statements that make every table, reference and trigger."""
    refuse([row["what"] for row in await target.fetch(OTHERS)])
    tables, references = [], []
    for name in await table_names(target):
        if name in TABLES:
            continue
        rows = await target.fetch(f"SHOW CREATE TABLE `{name}`")
        said = COUNTED.sub("", rows[0]["Create Table"])
        references += [f"ALTER TABLE `{name}` ADD {one}" for one in REFERENCE.findall(said)]
        tables.append(REFERENCE.sub("", said))
    return [*tables, *references, *await _triggers(target)]


async def _triggers(target: Target) -> list[str]:
    found = []
    for row in await target.fetch(TRIGGERS):
        said = await target.fetch(f"SHOW CREATE TRIGGER `{row['name']}`")
        # whoever starts the new database defines it: another server may not know the old one
        found.append(DEFINER.sub("", said[0]["SQL Original Statement"], count=1))
    return found
