"""What the use cases need of the world, as protocols. `stores` and the engines implement them; `app.wire` introduces
them.

There is no surface here: import the file, so that money never meets a sound engine.
"""
