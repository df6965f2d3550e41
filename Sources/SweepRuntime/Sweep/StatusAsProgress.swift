package import SweepModel
package import SweepProtocol

extension SweepProgress {
    /// What `status` says after `elapsed` seconds.
    package init(_ status: SweepStatus, workers: Int, elapsed: Double) {
        self.init(
            done: status.done, total: status.total, share: status.progress, workers: workers,
            gigaflops: elapsed > 0 ? status.flops / elapsed / 1e9 : 0, elapsed: elapsed,
            remaining: status.remainingSeconds)
    }
}
