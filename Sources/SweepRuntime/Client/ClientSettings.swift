/// How patient a client is.
package struct ClientSettings {
    /// How long an answer may take, lost connections included.
    package var patience: Duration
    /// How long after a request it is sent again; the wait doubles from one time to the next.
    package var resendInterval = Duration.seconds(3)
    /// Whoever is told, once for each request, that no answer comes for a while.
    package var silence: (_ place: String) -> Void = { _ in }
    package var silenceNotice = Duration.seconds(3)

    package init(patience: Duration = .seconds(30)) { self.patience = patience }
}
