internal import Foundation

/// Adam without any schedule (Kingma & Ba 2015), β = 0.9 and 0.999.
struct Adam {
    private let rate: Double
    private var means: [Double]
    private var squares: [Double]
    private var decays = (first: 1.0, second: 1.0)

    private static let (beta1, beta2, epsilon) = (0.9, 0.999, 1e-12)

    /// - Parameter count: how many parameters.
    init(count: Int, rate: Double) {
        self.rate = rate
        means = [Double](repeating: 0, count: count)
        squares = means
    }

    /// One step down `gradient`.
    mutating func step(
        _ parameters: UnsafeMutableBufferPointer<Double>, _ gradient: UnsafeMutableBufferPointer<Double>
    ) {
        decays = (decays.first * Self.beta1, decays.second * Self.beta2)
        let (first, second) = (rate / (1 - decays.first), 1 / (1 - decays.second))
        for position in parameters.indices {
            let slope = gradient[position]
            means[position] = Self.beta1 * means[position] + (1 - Self.beta1) * slope
            squares[position] = Self.beta2 * squares[position] + (1 - Self.beta2) * slope * slope
            parameters[position] -=
                first * means[position] / ((second * squares[position]).squareRoot() + Self.epsilon)
        }
    }
}
