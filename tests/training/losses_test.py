"""Each loss against a slow formula in numpy, with invalid pixels and images that nothing can be learned from."""

import math
import unittest

from support import np, torch

from dpt_training.losses import alignment, depth, labels, robust


def made_up(seed=0, n=4, h=18, w=22):
    """Prediction, target, mask. Image 1 has a flat target, image 2 no valid pixel, image 3 a flat prediction."""
    rng = np.random.default_rng(seed)
    x, t = rng.normal(2, 1, (n, h, w)).astype(np.float32), rng.uniform(0, 1, (n, h, w)).astype(np.float32)
    mask = rng.random((n, h, w)) > 0.3
    t[1], mask[2], x[3] = 0.5, False, 1.5
    return x, t, mask


def tensors(*arrays):
    return [torch.from_numpy(a) for a in arrays]


def lower_median(values):
    return np.sort(values)[(len(values) - 1) // 2]


def standardised(values):
    centred = values - lower_median(values)
    return centred / max(np.abs(centred).mean(), 1e-6)


class Published(unittest.TestCase):
    def setUp(self):
        self.x, self.t, self.mask = made_up()
        self.arguments = tensors(self.x, self.t, self.mask)

    def by_least_squares(self, power):
        total = 0.0
        for x, t, m in zip(self.x, self.t, self.mask):
            if not m.any():
                continue
            p, q = x[m].astype(np.float64), t[m].astype(np.float64)
            q = (q - q.min()) / max(q.max() - q.min(), 1e-6)
            a = np.stack([p, np.ones_like(p)], 1)
            solvable = np.ptp(p) > 0
            s = np.linalg.lstsq(a, q, rcond=None)[0] if solvable else np.zeros(2)
            total += 0.5 * (np.abs(a @ s - q) ** power).sum()
        return total

    def test_squared_and_absolute_after_least_squares(self):
        prediction, target = depth.aligned_by_least_squares(*self.arguments)
        mask = self.arguments[2]
        self.assertAlmostEqual(float(depth.squared(prediction, target, mask)), self.by_least_squares(2), 3)
        self.assertAlmostEqual(float(depth.absolute(prediction, target, mask)), self.by_least_squares(1), 3)

    def test_trimmed(self):
        expected = 0.0
        for x, t, m in zip(self.x, self.t, self.mask):
            if m.any():
                residual = np.sort(np.abs(standardised(x[m]) - standardised(t[m])))
                expected += 0.5 * residual[: math.floor(0.8 * len(residual))].sum()
        prediction, target = depth.aligned_by_median(*self.arguments)
        self.assertAlmostEqual(float(depth.trimmed(prediction, target, self.arguments[2])) / expected, 1, 5)

    def test_gradient_matching_takes_every_1st_2nd_4th_8th_pixel(self):
        expected, counts = np.zeros(4), np.zeros(4)
        r = self.x - self.t
        for level in range(4):
            k = 2**level
            for i, m in zip(r[:, ::k, ::k], self.mask[:, ::k, ::k]):
                counts[level] += m.sum()
                for y in range(i.shape[0]):
                    for x in range(i.shape[1]):
                        if x + 1 < i.shape[1] and m[y, x] and m[y, x + 1]:
                            expected[level] += abs(i[y, x + 1] - i[y, x])
                        if y + 1 < i.shape[0] and m[y, x] and m[y + 1, x]:
                            expected[level] += abs(i[y + 1, x] - i[y, x])
        np.testing.assert_allclose(depth.gradient_sums(*self.arguments).numpy(), expected, rtol=1e-4)
        np.testing.assert_array_equal(depth.level_counts(self.arguments[2]).numpy(), counts)
        self.assertEqual(int(depth.pixel_count(self.arguments[2])), self.mask.sum())

    def test_silog(self):
        expected = 0.0
        for x, t, m in zip(self.x, self.t, self.mask):
            if m.any():
                d, true = np.maximum(1 / np.maximum(x[m], 1e-8), 1e-3), np.maximum(1 / t[m], 1e-3)
                e = np.log(d.astype(np.float64)) - np.log(true)
                expected += len(e) * ((e**2).mean() - 0.5 * e.mean() ** 2)
        residual = depth.log_residual(*self.arguments)
        found = depth.scale_invariant_log(residual, self.arguments[2])
        self.assertAlmostEqual(float(found) / expected, 1, 4)

    def test_gradients_are_finite(self):
        for aligned in (depth.aligned_by_median, depth.aligned_by_least_squares):
            x, t, mask = tensors(*made_up())
            x.requires_grad_()
            prediction, target = aligned(x, t, mask)
            (depth.trimmed(prediction, target, mask) + depth.gradient_sums(prediction, target, mask).sum()).backward()
            self.assertTrue(torch.isfinite(x.grad).all(), aligned)
            self.assertEqual(float(x.grad[2].abs().max()), 0)

    def test_unknown_targets_may_be_nan(self):
        x, t, mask = made_up()
        t[~mask] = np.nan
        for aligned in (depth.aligned_by_median, depth.aligned_by_least_squares):
            prediction, target = aligned(*tensors(x, t, mask))
            self.assertTrue(math.isfinite(float(depth.trimmed(prediction, target, torch.from_numpy(mask)))))


class Robust(unittest.TestCase):
    def slow(self, x, t, mask):
        """Terms of one image, or nothing for an image that is left out."""
        sample = t[::2, ::2][mask[::2, ::2]]
        if mask.mean() <= 0.1 or not len(sample):
            return None
        middle = lower_median(sample)
        spread = np.abs(t[mask] - middle).mean()
        if spread <= 1e-5:
            return None
        standard = np.clip((t - middle) / spread, -8, 8)
        ordered = np.sort(sample)
        far, near = (ordered[round((len(ordered) - 1) * q)] for q in (0.01, 0.98))
        anchor = 0.1 + np.clip((t - far) / max(near - far, 1e-5), 0, 1.6)
        p, q = x[mask], standard[mask]
        scale = ((p - p.mean()) * q).sum() / (((p - p.mean()) ** 2).sum() + 2e-3 * len(p))
        residual = (x - p.mean()) * np.clip(scale, 0.2, 8) + q.mean() - standard
        gradient = 0.0
        for k in (1, 2, 4, 8):
            r, m = residual[::k, ::k], mask[::k, ::k]
            across = np.abs(np.diff(r, axis=1))[m[:, 1:] & m[:, :-1]].sum()
            down = np.abs(np.diff(r, axis=0))[m[1:] & m[:-1]].sum()
            gradient += (across + down) / max(m.sum(), 1)
        return np.abs(residual[mask]).mean(), np.abs(x - anchor)[mask].mean(), gradient

    def test_against_the_formula(self):
        x, t, mask = made_up(3)
        expected = [self.slow(*(a.astype(np.float64) for a in (i, j)), m) for i, j, m in zip(x, t, mask)]
        self.assertEqual([e is None for e in expected], [False, True, True, False])
        t[~mask] = np.nan
        target = robust.prepare(*tensors(t, mask))
        self.assertEqual(target.weight.tolist(), [1, 0, 0, 1])
        found = robust.robust_terms(torch.from_numpy(x), target)
        sums = np.sum([e for e in expected if e], 0)
        np.testing.assert_allclose([float(found[k]) for k in ("ssi", "anchor", "gradient")], sums, rtol=2e-4)

    def test_scale_and_shift_of_the_prediction_do_not_matter_but_for_the_anchor(self):
        x, t, mask = tensors(*made_up(4))
        target = robust.prepare(t, mask)
        one = robust.robust_terms(x[:1] + 5 * t[:1], robust.RobustTarget(*(v[:1] for v in vars(target).values())))
        two = robust.robust_terms(
            3 * x[:1] + 15 * t[:1] + 7, robust.RobustTarget(*(v[:1] for v in vars(target).values()))
        )
        self.assertAlmostEqual(float(one["ssi"]), float(two["ssi"]), 2)
        self.assertGreater(float(two["anchor"]), 2 * float(one["anchor"]))

    def test_gradients_are_finite_for_flat_predictions(self):
        _, t, mask = tensors(*made_up(5))
        x = torch.zeros_like(t).requires_grad_()
        sum(robust.robust_terms(x, robust.prepare(t, mask)).values()).backward()
        self.assertTrue(torch.isfinite(x.grad).all())
        self.assertGreater(float(x.grad[0].abs().max()), 0)


class Labels(unittest.TestCase):
    def test_cross_entropy_ignores_0(self):
        rng = np.random.default_rng(0)
        logits = rng.normal(0, 1, (2, 5, 6, 7)).astype(np.float32)
        values = rng.integers(0, 8, (2, 5, 6)).astype(np.uint8)
        expected = 0.0
        for z, v in zip(logits.reshape(-1, 7), values.reshape(-1)):
            if v:
                expected += np.log(np.exp(z.astype(np.float64)).sum()) - z[v - 1]
        self.assertAlmostEqual(float(labels.label_loss(*tensors(logits, values))), expected, 2)
        self.assertEqual(int(labels.label_count(torch.from_numpy(values))), (values > 0).sum())
        self.assertEqual(float(labels.label_loss(torch.zeros(1, 2, 2, 3), torch.zeros(1, 2, 2, dtype=torch.uint8))), 0)

    def test_points_of_a_map_get_the_label_that_lies_under_them(self):
        rows = torch.arange(16, dtype=torch.uint8).view(1, 16, 1).expand(1, 16, 16)
        features = torch.nn.functional.interpolate(
            rows[None].float(), size=(8, 8), mode="bilinear", align_corners=True
        ).permute(0, 2, 3, 1)
        for start in (0, 1):
            found, values = labels.sample(features, rows, (start, 0), 2)
            self.assertEqual(tuple(found.shape), (1, 4, 4, 1))
            self.assertLess(float((found[..., 0] - values).abs().max()), 0.51)


class Alignment(unittest.TestCase):
    def test_nothing_valid(self):
        x, none = torch.ones(2, 5), torch.zeros(2, 5, dtype=torch.bool)
        for found in (alignment.median(x, none), alignment.mean(x, none), *alignment.least_squares(x, x, none)):
            self.assertEqual(found.tolist(), [0, 0])

    def test_scale_to_unit(self):
        found = alignment.scale_to_unit(
            torch.tensor([[3.0, 5.0, 4.0, 99.0]]), torch.tensor([[True, True, True, False]])
        )
        self.assertEqual(found.tolist(), [[0, 1, 0.5, 0]])


if __name__ == "__main__":
    unittest.main()
