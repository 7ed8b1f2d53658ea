"""What is seen before the first run: what will be here, and prompts to begin with."""

from dataclasses import dataclass

import streamlit as st

from lib.ui import state


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt to begin with; `key` ends its button's key."""

    key: str
    title: str
    icon: str
    prompt: str


EXAMPLES = (
    Example(
        "treehouse",
        "Treehouse hotel",
        ":material/cottage:",
        "A bioluminescent treehouse hotel suspended between ancient redwood trees at twilight. "
        "Three geodesic glass pods connected by vine-wrapped rope bridges, each pod glowing "
        "turquoise from within. Orchids and phosphorescent mushrooms grow on the bark. A narrow "
        "wooden staircase spirals up the trunk. Mist drifts through the canopy.",
    ),
    Example(
        "still_life",
        "Still life",
        ":material/nutrition:",
        "A still life of ripe plantains, figs and a blue enamel pitcher on a linen cloth, "
        "soft window light from the left, painted in oil with visible brush strokes.",
    ),
    Example(
        "city",
        "City at night",
        ":material/location_city:",
        "A rainy city street at night seen from above, umbrellas like petals, neon signs "
        "reflected in the wet asphalt, long exposure light trails.",
    ),
    Example(
        "poster",
        "Poster",
        ":material/format_paint:",
        "A minimalist travel poster for the Atacama desert: layered dunes in terracotta and "
        "cream, a small white observatory dome, one star, generous empty sky.",
    ),
)


def draw_first_steps() -> None:
    """Draw the empty state."""
    with st.container(border=True, key="first_steps"):
        st.subheader("Your pictures will appear here", anchor=False)
        st.markdown(
            "Write a prompt and press **Generate**: the run shows here what it is waiting for, "
            "then its pictures with what they cost, their seed and the time it took. "
            "Closing this tab loses nothing."
        )
        st.caption("Begin with one of these prompts:")
        with st.container(horizontal=True, gap="small"):
            for example in EXAMPLES:
                st.button(
                    example.title,
                    key=f"example_{example.key}",
                    icon=example.icon,
                    on_click=state.fill_form,
                    args=({"prompt": example.prompt},),
                )
