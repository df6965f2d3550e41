import Commands

/// The program, with the metrics that are built in.
@main
enum Main {
    static func main() { Platonic.main() }
}
