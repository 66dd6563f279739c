"""The live feed: a process of its own that tells pages and overlays what happens, by server-sent events.

One reader per process looks at the database a few times a second, for all watched creators together. It takes
no part in sending a gift. Nothing here needs Django's apps: a listener costs a queue and a task."""
