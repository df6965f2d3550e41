extension Int {
    /// "1 tile", "1,024 tiles": for people.
    package func counted(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }
}
