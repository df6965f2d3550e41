internal import SweepModel

/// What goes on around a coordinator beside its socket and its journal; called on the thread of its loop.
protocol CoordinatorHost: AnyObject {
    /// Something happened; repetitions come as one with a count.
    func note(_ incident: Incident)
    /// A signal has come.
    func take(signal: Int32, _ loop: CoordinatorLoop) throws
    /// A sweep is over.
    func ended(_ sweep: SweepID, _ ending: SweepEnding, _ loop: CoordinatorLoop) throws
    /// The loop has gone round once.
    func turned(_ loop: CoordinatorLoop) throws
}
