# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""A Django site with nothing in it but a login page and django-oauth-toolkit, for tests.

    python website.py CONFIGURATION serve              serves on the socket inherited as `descriptor`
    python website.py CONFIGURATION regenerate-secret  gives the application a new secret and prints it

It speaks plain HTTP to the recording proxy only, and believes it about the scheme.
"""
import json
import pathlib
import socket
import sys

import django
from django.conf import settings

CONFIGURATION = json.loads(pathlib.Path(sys.argv[1]).read_text())
FOLDER = pathlib.Path(CONFIGURATION["folder"])
ROOT = CONFIGURATION["root"]

LOGIN_PAGE = """<!doctype html><title>Log in</title><form method="post">{% csrf_token %}{{ form.as_p }}
<input type="hidden" name="next" value="{{ next }}"><button type="submit">Log in</button></form>"""

settings.configure(
    SECRET_KEY=CONFIGURATION["session_key"],
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    CSRF_TRUSTED_ORIGINS=[ROOT],
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    ROOT_URLCONF=__name__,
    LOGIN_URL="/accounts/login/",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {
        "ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "site.db",
        # Writers wait for each other instead of failing, so that four requests at once are four answers.
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"}}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                    "django.contrib.messages", "oauth2_provider"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {
        "loaders": [("django.template.loaders.locmem.Loader", {"registration/login.html": LOGIN_PAGE}),
                    "django.template.loaders.app_directories.Loader"],
        "context_processors": ["django.template.context_processors.request",
                               "django.contrib.auth.context_processors.auth",
                               "django.contrib.messages.context_processors.messages"]}}],
    LOGGING={"version": 1, "disable_existing_loggers": False,
             "handlers": {"console": {"class": "logging.StreamHandler"}},
             "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR"},
                         # One line for each request would hold its query string; requests.jsonl has digests.
                         "django.server": {"level": "ERROR"}}},
    # Made for test suites: secrets here protect nothing, and the default costs half a second for each request.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": (FOLDER / "sign.key").read_text(),
        "OIDC_ISS_ENDPOINT": ROOT + "/o", "PKCE_REQUIRED": True,
        "SCOPES": {"openid": "who you are", "api": "the interface", "introspection": "asking about tokens"},
        "DEFAULT_SCOPES": ["api"],
        "ACCESS_TOKEN_EXPIRE_SECONDS": CONFIGURATION["access_token_seconds"],
        "REFRESH_TOKEN_EXPIRE_SECONDS": CONFIGURATION["refresh_token_seconds"],
        "ROTATE_REFRESH_TOKEN": CONFIGURATION["rotation"] == "always",
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": CONFIGURATION["grace_seconds"],
        "DCR_ENABLED": True,
        "DCR_REGISTRATION_PERMISSION_CLASSES": ("oauth2_provider.dcr.AllowAllDCRPermission",)},
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.auth.views import LoginView  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db.models.signals import pre_save  # noqa: E402
from django.dispatch import receiver  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.generators import generate_client_secret  # noqa: E402
from oauth2_provider.models import get_application_model  # noqa: E402
from oauth2_provider.urls import metadata_urlpatterns  # noqa: E402

urlpatterns = [
    path("accounts/login/", LoginView.as_view()),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    # RFC 8414 §3.1 wants the issuer's path behind the well-known one, at the root of the host.
    path("", include((metadata_urlpatterns, "metadata"))),
]


@receiver(pre_save, sender=get_application_model())
def sign_identity_tokens(instance, **_):
    """A registered client has no signing algorithm, and the toolkit then answers 500 to a code with scope openid."""
    instance.algorithm = instance.algorithm or get_application_model().RS256_ALGORITHM


def populate():
    """Tables, the people, and a client whose only purpose is to ask about tokens."""
    call_command("migrate", verbosity=0)
    for user in CONFIGURATION["users"]:
        User.objects.create_user(user["name"], password=user["password"])
    introspector = CONFIGURATION["introspection_client"]
    get_application_model().objects.create(
        client_id=introspector["client_id"], client_secret=introspector["client_secret"], name="introspector",
        client_type="confidential", authorization_grant_type="client-credentials")


def serve():
    """Serves until it is ended; `ready` appears when it does."""
    populate()
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler, bind_and_activate=False)
    server.socket.close()
    server.socket = socket.socket(fileno=CONFIGURATION["descriptor"])
    server.server_name, server.server_port = server.socket.getsockname()
    server.setup_environ()
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    (FOLDER / "ready").touch()
    server.serve_forever()


def regenerate_secret():
    """What an administrator's form does: the old secret is void at once, the new one is shown this one time."""
    secret = generate_client_secret()
    application = get_application_model().objects.get(client_id=sys.argv[3])
    application.client_secret = secret  # hashed as it is saved
    application.save()
    print(secret)


if __name__ == "__main__":
    {"serve": serve, "regenerate-secret": regenerate_secret}[sys.argv[2]]()
