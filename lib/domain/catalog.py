"""The models that Plantain offers, as data. Another model is another entry here.

Source: the vendor's page "Nano Banana 2", docs.runflow.io, last updated 2026-04-13.
"""

from lib.domain.input_field import FieldKind, InputField
from lib.domain.model import Model, OutputField

NANO_BANANA_2 = Model(
    id="google/nano-banana-2",
    name="Nano Banana 2",
    provider="Google",
    description="Google's state-of-the-art fast image generation and editing model",
    docs_url="https://docs.runflow.io/models/google/nano-banana-2",
    input_fields=(
        InputField(
            "prompt",
            FieldKind.TEXT,
            "Text prompt describing the image.",
            required=True,
            minimum=3,
            maximum=50_000,
        ),
        InputField(
            "resolution",
            FieldKind.CHOICE,
            "Output resolution. The price varies by tier.",
            default="1K",
            choices=("0.5K", "1K", "2K", "4K"),
        ),
        InputField(
            "aspect_ratio",
            FieldKind.CHOICE,
            'Image aspect ratio. "auto" lets the model decide.',
            default="auto",
            choices=(
                *("auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5"),
                *("3:4", "2:3", "9:16", "4:1", "1:4", "8:1", "1:8"),
            ),
        ),
        InputField(
            "num_images",
            FieldKind.INTEGER,
            "Number of images to generate.",
            default=1,
            minimum=1,
            maximum=4,
        ),
        InputField(
            "thinking_level",
            FieldKind.CHOICE,
            "Enable model thinking. Omit to disable.",
            choices=("minimal", "high"),
        ),
        InputField(
            "enable_web_search",
            FieldKind.BOOLEAN,
            "Enable web search to ground generation in current information.",
            default=False,
        ),
        InputField(
            "seed",
            FieldKind.INTEGER,
            "Random seed for reproducible outputs.",
        ),
        InputField(
            "output_format",
            FieldKind.CHOICE,
            "Output format.",
            default="png",
            choices=("jpeg", "png", "webp"),
        ),
        InputField(
            "safety_tolerance",
            FieldKind.CHOICE,
            "Content moderation level. 1 = most strict, 6 = least strict.",
            default="4",
            choices=("1", "2", "3", "4", "5", "6"),
        ),
        InputField(
            "limit_generations",
            FieldKind.BOOLEAN,
            "Limit to 1 image per prompt round regardless of prompt instructions.",
            default=True,
        ),
        InputField(
            "sync_mode",
            FieldKind.BOOLEAN,
            "Return media as data URI without storing in history.",
            default=False,
        ),
    ),
    output_fields=(
        OutputField(
            "outputs", "One entry per generated artifact with url, type, width, height and more."
        ),
        OutputField(
            "model_data", "Model-specific extra fields (prompt, description, actual_prompt, …)."
        ),
        OutputField(
            "nsfw_detected",
            "true if the provider flagged the output, false if cleared, null if not checked.",
        ),
        OutputField(
            "seed", "Deterministic seed used for generation, or null if the provider gives none."
        ),
        OutputField("timing", "Provider timing info (inference_ms etc.), or null."),
    ),
)

MODELS: tuple[Model, ...] = (NANO_BANANA_2,)
DEFAULT_MODEL = MODELS[0]


def find_model(model_id: str) -> Model:
    """The catalogue's entry; KeyError when there is none."""
    for model in MODELS:
        if model.id == model_id:
            return model
    raise KeyError(model_id)
