extension SweepSpec.Clip {
    /// What is said where the clip threshold of `subject` is 0, so that every value becomes 0; nil where nothing is clipped.
    package func leavesNothing(of subject: String) -> String? {
        guard case .quantile(let quantile) = self else { return nil }
        return
            "clipping leaves nothing of \(subject): at least \(quantile) of its values are 0, and so is the threshold at that quantile "
            + "of magnitudes; use --clip none, or a quantile nearer to 1"
    }
}
