"""gunicorn's settings; `gunicorn clsm.wsgi`, started here, reads this file by itself.

The lines of its log are those of the program: no query string, no key, no address of anybody.
"""

from clsm import logs

accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(M)sms"
logconfig_dict = logs.configuration("WARNING")
