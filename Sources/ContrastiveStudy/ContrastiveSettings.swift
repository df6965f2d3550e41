package import SweepModel

/// What a user may choose of the study.
package struct ContrastiveSettings: Hashable, Sendable {
    /// Events of every world; a torus has the nearest square.
    package var events = 64
    /// Numbers in a vector; as many as there are events where nil.
    package var dimension: Int?
    /// Steps of training.
    package var steps = 2000
    /// Adam's rate.
    package var rate = 0.02
    /// Neighbours of mutual k-NN.
    package var neighbours = 10
    package var seed: UInt64 = 0

    package init() {}

    /// Throws where the study cannot be made so.
    package func check() throws(Complaint) {
        func refuse(_ what: String, _ option: String, _ advice: String) -> Complaint {
            Complaint(.request, what, at: option, advice: advice)
        }
        guard (16...256).contains(events) else {
            throw refuse("the study is of 16 to 256 events, not of \(events)", "--events", "name another number")
        }
        let least = min(events, torusEvents)
        if let dimension, !(1...events).contains(dimension) {
            throw refuse(
                "vectors of \(dimension) numbers cannot be compared", "--dimension",
                "name a number from 1 to that of the events, \(events)")
        }
        guard (10...100_000).contains(steps) else {
            throw refuse("training takes 10 to 100,000 steps, not \(steps)", "--steps", "name another number")
        }
        guard rate > 0, rate <= 1 else {
            throw refuse("the rate is not above 0 and at most 1", "--rate", "name a rate such as 0.02")
        }
        guard (1..<least).contains(neighbours) else {
            throw refuse(
                "\(neighbours) neighbours cannot be told from all others", "--k",
                "name a number from 1 to \(least - 1)")
        }
    }

    /// The nearest square.
    var torusEvents: Int {
        let side = Int(Double(events).squareRoot().rounded())
        return side * side
    }

    /// Steps after which kernels are compared, about five to every power of ten.
    package var looks: [Int] {
        var looks: [Int] = []
        var power = 1
        while power <= steps {
            looks += [10, 16, 25, 40, 63].map { $0 * power / 10 }
            power *= 10
        }
        return Array(Set(looks.filter { $0 >= 1 && $0 < steps } + [steps])).sorted()
    }
}
