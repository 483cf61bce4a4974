"""What is kept: the registry in SQL, sound and evidence in files, models behind ports.

Only `app.wire` introduces them.
"""
