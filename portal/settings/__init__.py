"""All settings, read from the environment (or a `.env` file) and safe by default.

`docs/operating.md` lists the variables. A value that can't be understood stops the start: it never becomes
a default in silence.
"""

from portal.settings.api import *
from portal.settings.apps import *
from portal.settings.checkout import *
from portal.settings.coins import *
from portal.settings.data import *
from portal.settings.environment import *
from portal.settings.feed import *
from portal.settings.files import *
from portal.settings.logs import *
from portal.settings.mail import *
from portal.settings.payouts import *
from portal.settings.people import *
from portal.settings.plugs import *
from portal.settings.rates import *
from portal.settings.schedule import *
from portal.settings.security import *
from portal.settings.work import *
