"""How trainings went, as pictures: one for each thing learned, a falling line for each system, numbers for who cannot see."""

from qadam.publish.plots import WIDE, draw_falling


def test_a_line_falls_from_its_first_loss_to_its_last():
    drawn = str(
        draw_falling(
            {"a": [(0.1, 6.0), (0.5, 4.0), (1.0, 3.5)], "b": [(0.5, 5.0), (1.0, 5.0)]},
            name="learned-x",
            title="x",
            width=WIDE,
        )
    )
    assert "a: 6.00 → 3.50; b: 5.00 → 5.00" in drawn
    path = drawn.split('class="whisker s0" d="M')[1].split('"')[0]
    heights = [float(point.split(" ")[1]) for point in path.split("L")]
    assert heights == sorted(heights) and heights[0] < heights[-1]  # down the picture, where losses are smaller


def test_one_loss_for_all_is_a_flat_line():
    assert "whisker s0" in str(draw_falling({"a": [(0.0, 2.0), (1.0, 2.0)]}, name="learned-y", title="y", width=WIDE))
