import torch

from amgan_cli.training.crops import SMALLEST_SIDE, attention_boxes, crop


def attention(size=32, **rectangles) -> torch.Tensor:
    alpha = torch.zeros(1, 1, size, size)
    for value, (top, bottom, left, right) in rectangles.values():
        alpha[..., top:bottom, left:right] = value
    return alpha


def test_box_covers_the_largest_region_above_half_of_the_maximum():
    alpha = attention(
        big=(0.5, (4, 20, 8, 16)), small=(0.8, (24, 30, 24, 30)), faint=(0.39, (0, 32, 18, 32))
    )
    alpha[..., 24:30, 24:30] = 0.8
    expected = torch.tensor([[8, 4, 16, 20]]) / 32
    assert torch.allclose(attention_boxes(alpha), expected)


def test_a_tiny_region_gets_a_box_of_the_smallest_side_inside_the_picture():
    left, top, right, bottom = attention_boxes(attention(dot=(1.0, (0, 1, 31, 32))))[0].tolist()
    assert (left, top) == (1 - SMALLEST_SIDE, 0)
    assert (right, bottom) == (1, SMALLEST_SIDE)


def test_no_attention_means_the_whole_picture():
    assert attention_boxes(torch.zeros(1, 1, 16, 16)).tolist() == [[0, 0, 1, 1]]


def test_crop_cuts_the_same_box_from_every_picture_and_lets_gradients_through():
    x = torch.arange(32.0).expand(2, 3, 32, 32).clone().requires_grad_()
    cut = crop(x, torch.tensor([[0.25, 0.5, 0.5, 0.75]]).expand(2, -1), 8)
    assert torch.allclose(cut[0, 0, 3], torch.arange(8.0, 16.0), atol=1e-4)
    cut.sum().backward()
    assert x.grad[..., 16:24, 8:16].min() > 0.9
    assert x.grad[..., :15, :].abs().max() == 0
