"""Every command: its name, where it is, and its line in the help."""

from __future__ import annotations

from pkg.console import Entry

COMMANDS: dict[str, Entry] = {
    "serve": Entry("app.console.serve.command:serve", "Runs the page, the API and the hub."),
    "dev": Entry("app.console.dev.command:dev", "Runs every process, restarted on a change."),
    "about": Entry("app.console.about:about", "Shows versions, drivers and counts."),
    "down": Entry("app.console.maintenance:down", "Closes the doors of every node."),
    "up": Entry("app.console.maintenance:up", "Opens the doors again."),
    "doctor": Entry("app.console.doctor.command:doctor", "Finds what is wrong, and what mends it."),
    "play": Entry("app.console.play:play", "Opens a Python prompt with the services at hand."),
    "list": Entry("app.console.help:list_commands", "Shows every command."),
    "help": Entry("app.console.help:help_command", "Explains one command."),
    "completion": Entry("app.console.completion.command:completion", "Teaches a shell the words."),
    "key:generate": Entry("app.console.key:key_generate", "Writes a fresh APP_KEY to .env."),
    "key:rotate": Entry("app.console.key_rotate:key_rotate", "Signs tokens with a new key."),
    "config:show": Entry("app.console.config:config_show", "Shows settings, secrets masked."),
    "config:check": Entry("app.console.config:config_check", "Tells every fault at once."),
    "migrate:up": Entry("app.console.migrate:up", "Applies pending migrations."),
    "migrate:down": Entry("app.console.migrate:down", "Takes back the last batch."),
    "migrate:rollback": Entry("app.console.migrate:rollback", "The same as migrate:down."),
    "migrate:status": Entry("app.console.migrate:status", "Shows what is applied and pending."),
    "migrate:reset": Entry("app.console.migrate:reset", "Takes every migration back."),
    "migrate:refresh": Entry("app.console.migrate:refresh", "Takes back and applies again."),
    "migrate:fresh": Entry("app.console.migrate:fresh", "Drops every table, applies everything."),
    "migrate:lint": Entry(
        "app.console.migrations.lint:lint", "Names locks, rewrites and losses before they happen."
    ),
    "migrate:diff": Entry(
        "app.console.migrations.diff:diff", "Writes a migration from the models' change."
    ),
    "migrate:test": Entry(
        "app.console.migrations.trial:migrate_test", "Tries migrations on a copy, up, down and up."
    ),
    "schema:dump": Entry(
        "app.console.schema:schema_dump", "Writes the schema that new databases start from."
    ),
    "db:show": Entry("app.console.db.show:db_show", "Shows tables with rows and sizes."),
    "db:table": Entry("app.console.db.table:db_table", "Shows one table as it stands."),
    "db:backup": Entry("app.console.db.backup:db_backup", "Writes tables and uploads to a file."),
    "db:restore": Entry("app.console.db.restore:db_restore", "Puts a backup back."),
    "db:transfer": Entry("app.console.db.transfer:db_transfer", "Moves to another database."),
    "seed": Entry("app.console.seed:seed", "Fills tables with people and talk."),
    "make:model": Entry("app.console.make.model:make_model", "Writes a model and its test."),
    "make:crud": Entry(
        "app.console.make.crud.command:make_crud", "Writes a resource, from routes to table."
    ),
    "make:migration": Entry("app.console.make.migration:make_migration", "Writes a migration."),
    "make:action": Entry("app.console.make.single.code:make_action", "Writes an action."),
    "make:controller": Entry(
        "app.console.make.single.controller:make_controller", "Writes a controller and its row."
    ),
    "make:apicontroller": Entry(
        "app.console.make.single.controller:make_apicontroller", "The same as make:controller."
    ),
    "make:request": Entry("app.console.make.single.wire:make_request", "Writes a form."),
    "make:resource": Entry("app.console.make.single.wire:make_resource", "Writes a model's card."),
    "make:policy": Entry("app.console.make.single.code:make_policy", "Writes a policy."),
    "make:factory": Entry("app.console.make.single.rows:make_factory", "Writes a factory."),
    "make:seeder": Entry("app.console.make.single.rows:make_seeder", "Writes a seeder."),
    "make:test": Entry("app.console.make.single.mirror:make_test", "Writes a module's test."),
    "make:cmd": Entry("app.console.make.single.command:make_cmd", "Writes a command and its row."),
    "make:middleware": Entry(
        "app.console.make.single.middleware:make_middleware", "Writes a stage and its place."
    ),
    "make:pkg": Entry("app.console.make.single.package:make_pkg", "Writes a module with drivers."),
    "make:driver": Entry(
        "app.console.make.single.driver:make_driver", "Writes a driver, yours to finish."
    ),
    "make:frame": Entry(
        "app.console.make.single.frame:make_frame", "Writes a frame of the socket, its row, a test."
    ),
    "make:mail": Entry("app.console.make.single.mail:make_mail", "Writes a mail and its sending."),
    "undo": Entry("app.console.make.undo:undo", "Takes back what a generator wrote."),
    "app:rename": Entry("app.console.rename.command:app_rename", "Makes the clone your own."),
    "stub:publish": Entry(
        "app.console.make.publish:stub_publish", "Copies what generators fill, to be changed."
    ),
    "route:list": Entry("app.console.route:route_list", "Shows every route, guard and limit."),
    "frame:list": Entry("app.console.frame:frame_list", "Shows every frame of the socket."),
    "cache:clear": Entry("app.console.cache:cache_clear", "Empties the cache."),
    "cache:forget": Entry("app.console.cache:cache_forget", "Removes one key from the cache."),
    "cache:get": Entry("app.console.cache:cache_get", "Shows one value of the cache."),
    "cache:stats": Entry("app.console.cache:cache_stats", "Shows how much the cache holds."),
    "storage:check": Entry("app.console.storage:storage_check", "Tries the storage of files."),
    "storage:prune": Entry("app.console.storage:storage_prune", "Removes files nobody refers to."),
    "hub:top": Entry("app.console.hub.top:hub_top", "Shows what every node of the hub does."),
    "hub:say": Entry("app.console.hub.say:hub_say", "Says something, as the system or a user."),
    "hub:kick": Entry("app.console.hub.kick:hub_kick", "Closes somebody's sockets on every node."),
    "user:create": Entry("app.console.user.create:user_create", "Makes an account."),
    "user:password": Entry("app.console.user.password:user_password", "Sets a password."),
    "user:ban": Entry("app.console.user.ban:user_ban", "Shuts somebody out, everywhere."),
    "user:unban": Entry("app.console.user.ban:user_unban", "Lets somebody in again."),
    "user:vip": Entry("app.console.user.ban:user_vip", "Makes somebody a vip."),
    "user:sessions": Entry("app.console.user.sessions:user_sessions", "Shows somebody's logins."),
    "user:logout": Entry("app.console.user.sessions:user_logout", "Signs somebody out."),
    "mail:test": Entry("app.console.mail:mail_test", "Sends one real mail."),
    "sms:test": Entry("app.console.sms:sms_test", "Sends one real text message."),
    "sms:budget": Entry("app.console.sms:sms_budget", "Shows how many codes are left."),
    "bench:tokens": Entry("app.console.bench:bench", "Prints access tokens for load tests."),
    "hub:stress": Entry(
        "app.console.stress.command:hub_stress", "Tries to break the hub, and judges it."
    ),
    "contract:diff": Entry(
        "app.console.contract:contract_diff", "Names what breaks clients of an older API."
    ),
    "docs:write": Entry(
        "app.console.docs.command:docs_write", "Writes .env.example and the references."
    ),
}
