"""What programs meet: the API, its schema, and webhooks."""

from django.core.exceptions import ImproperlyConfigured

from portal.settings.environment import BASE_DIR, DEBUG, SITE_NAME, boolean, env
from portal.settings.security import ALLAUTH_TRUSTED_PROXY_COUNT

API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=600)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.api.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.parsers.CarefulJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "portal.api.negotiation.Negotiation",
    "DEFAULT_THROTTLE_CLASSES": [
        "portal.api.limits.MinuteLimit",
        "portal.api.parameters.Declared",
        "portal.api.idempotency.Once",
    ],
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,  # who has no key is counted by address
    "DEFAULT_PAGINATION_CLASS": "portal.api.pagination.CursorPages",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "portal.api.problems.handle",
    "DEFAULT_SCHEMA_CLASS": "portal.api.schema.PortalSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "DESCRIPTION": (BASE_DIR / "portal" / "api" / "intro.md").read_text(),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    # The validator would be one outside; the two functions are those of its script and of ours.
    "SWAGGER_UI_SETTINGS": """{
        deepLinking: true,
        validatorUrl: null,
        filter: true,
        tryItOutEnabled: true,
        defaultModelsExpandDepth: 0,
        requestInterceptor: (request) => bare(requestInterceptor(request)),
    }""",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,  # what a request may leave out an answer has
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",  # it makes all components anew
        "portal.api.schema.with_common",
        "portal.api.examples.with_examples",
        "portal.api.links.with_links",
    ],
    "ENUM_NAME_OVERRIDES": {
        "PayoutState": "payouts.states.State",
        "PayoutSchedule": "payouts.models.policies.Schedule",
        "IdentityState": "payouts.identity_states.IdentityState",
        "IdentityKind": "payouts.models.identity.IdentityKind",
        "TaxFormKind": "payouts.models.tax_forms.TaxFormKind",
        "PurchaseState": "wallets.states.PurchaseState",
        "CampaignState": "wallets.challenge_states.CampaignState",
        "SubmissionState": "wallets.challenge_states.SubmissionState",
        "ClaimState": "wallets.challenge_states.ClaimState",
        "EnrolmentState": "partnerships.programme_states.EnrolmentState",
        "ProgrammeKind": "partnerships.models.programmes.ProgrammeKind",
        "DealStage": "partnerships.deal_states.Stage",
        "FirstDealStage": "partnerships.deal_states.BEGINNINGS",
        "DeliverableState": "partnerships.deal_states.DeliverableState",
        "BrandInvoiceState": "partnerships.deal_states.InvoiceState",
        "StoreState": "partnerships.merch_states.StoreState",
        "MerchOrderState": "partnerships.merch_states.OrderState",
        "AffiliateProgrammeState": "partnerships.models.affiliate_programmes.AffiliateProgramme.State",
        "ConversionState": "partnerships.affiliate_states.ConversionState",
        "NetworkCommissionState": "partnerships.network_states.CommissionState",
        "ImportKind": "partnerships.api.imports.KINDS",
        "ImportRowStanding": "partnerships.models.imports.Standing",
        "ImportState": "partnerships.models.imports.ImportState",
        "IncomeState": "partnerships.income_streams.IncomeState",
        "IncomeStream": "partnerships.income_streams.Stream",
        "WebhookDeliveryState": "portal.webhook_states.DeliveryState",
        "WebhookAttemptError": "portal.webhook_states.AttemptError",
    },
}

# Whether endpoints may be on this machine, over plain http too: for trying, never on a server.
WEBHOOKS_TO_THIS_MACHINE = boolean("WEBHOOKS_TO_THIS_MACHINE", DEBUG)
if WEBHOOKS_TO_THIS_MACHINE and not DEBUG:
    raise ImproperlyConfigured(
        "WEBHOOKS_TO_THIS_MACHINE needs DEBUG: whoever may add an endpoint could reach it."
    )
