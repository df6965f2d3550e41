"""What KEDA documents of the objects that deploy/kubernetes uses; fields it does not document are mistakes.

https://keda.sh/docs/latest/reference/scaledobject-spec, …/scalers/metrics-api and …/concepts/authentication
"""


def closed(properties, required=()):
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 0}
METADATA = {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}

# All values of a trigger's metadata are strings.
METRICS_API = closed(
    {
        "url": {"type": "string", "pattern": "^https?://"},
        "valueLocation": TEXT,
        "format": {"enum": ["json", "xml", "yaml", "prometheus"]},
        "targetValue": {"type": "string", "pattern": "^[0-9.]+$"},
        "activationTargetValue": {"type": "string", "pattern": "^[0-9.]+$"},
        "authMode": {"enum": ["apiKey", "basic", "tls", "bearer"]},
        "unsafeSsl": {"enum": ["true", "false"]},
    },
    ["url", "valueLocation", "targetValue"],
)

TRIGGER = closed(
    {
        "type": {"const": "metrics-api"},
        "name": TEXT,
        "metadata": METRICS_API,
        "authenticationRef": closed(
            {"name": TEXT, "kind": {"enum": ["TriggerAuthentication", "ClusterTriggerAuthentication"]}}, ["name"]
        ),
        "metricType": {"enum": ["AverageValue", "Value", "Utilization"]},
        "useCachedMetrics": {"type": "boolean"},
    },
    ["type", "metadata"],
)

SCHEMAS = {
    "ScaledObject": closed(
        {
            "apiVersion": {"const": "keda.sh/v1alpha1"},
            "kind": {"const": "ScaledObject"},
            "metadata": METADATA,
            "spec": closed(
                {
                    "scaleTargetRef": closed(
                        {"apiVersion": TEXT, "kind": TEXT, "name": TEXT, "envSourceContainerName": TEXT}, ["name"]
                    ),
                    "pollingInterval": COUNT,
                    "cooldownPeriod": COUNT,
                    "initialCooldownPeriod": COUNT,
                    "idleReplicaCount": COUNT,
                    "minReplicaCount": COUNT,
                    "maxReplicaCount": COUNT,
                    "fallback": closed({"failureThreshold": COUNT, "replicas": COUNT}),
                    "advanced": {"type": "object"},
                    "triggers": {"type": "array", "minItems": 1, "items": TRIGGER},
                },
                ["scaleTargetRef", "triggers"],
            ),
        },
        ["apiVersion", "kind", "metadata", "spec"],
    ),
    "TriggerAuthentication": closed(
        {
            "apiVersion": {"const": "keda.sh/v1alpha1"},
            "kind": {"const": "TriggerAuthentication"},
            "metadata": METADATA,
            "spec": closed(
                {
                    "secretTargetRef": {
                        "type": "array",
                        "items": closed({"parameter": TEXT, "name": TEXT, "key": TEXT}, ["parameter", "name", "key"]),
                    }
                },
                ["secretTargetRef"],
            ),
        },
        ["apiVersion", "kind", "metadata", "spec"],
    ),
}
