internal import Foundation

/// A force coefficient as a function of the squared distance, tabulated so that a step costs no power.
///
/// Each octave from 2⁻³⁰ to 2²⁰ has 64 segments, found from the bits of the number, with a quadratic through their Chebyshev
/// nodes: within 4e-6 of the function, no more than float32 positions lose in a few steps. Nearer
/// points (coordinates of a map reach tens) move by next to nothing, and none are farther: there the coefficient stays as it is.
struct ForceTable {
    private static let firstExponent = -30
    private static let lastExponent = 20
    private static let segmentBits = 6
    fileprivate static let fractionBits = UInt32(23 - segmentBits)
    private static let fractionMask = (UInt32(1) << fractionBits) - 1
    fileprivate static let firstBits = UInt32(127 + firstExponent) << 23
    fileprivate static let span = UInt32(lastExponent - firstExponent) << 23

    /// Coefficients of 1, d² and d⁴ of each segment.
    private let segments: [SIMD4<Float>]

    /// -2ab·d^(2(b-1))/(1 + a·d^(2b)): pulls the ends of an edge together.
    static func attraction(_ curve: EmbeddingCurve) -> ForceTable {
        let (a, b) = (curve.a, curve.b)
        return ForceTable { squared in -2 * a * b * pow(squared, b - 1) / (1 + a * pow(squared, b)) }
    }

    /// 2b/((0.001 + d²)(1 + a·d^(2b))): pushes a point away from a negative sample.
    static func repulsion(_ curve: EmbeddingCurve) -> ForceTable {
        let (a, b) = (curve.a, curve.b)
        return ForceTable { squared in 2 * b / ((0.001 + squared) * (1 + a * pow(squared, b))) }
    }

    private init(_ function: (Double) -> Double) {
        let count = Int(Self.span >> Self.fractionBits)
        segments = (0..<count).map { index in
            let start = Float(bitPattern: Self.firstBits + UInt32(index) << Self.fractionBits)
            let width = Double(start.ulp) * Double(Self.fractionMask + 1)
            return Self.quadratic(function, start: Double(start), width: width)
        }
    }

    private static func quadratic(_ function: (Double) -> Double, start: Double, width: Double) -> SIMD4<Float> {
        let reach = width / 2 * 0.75.squareRoot()
        let middle = width / 2
        let (below, centre, above) = (
            function(start + middle - reach), function(start + middle), function(start + middle + reach)
        )
        // Expanded around the middle, then in the squared distance itself: a step does not wait for a difference.
        let (slope, curvature) = (
            (above - below) / (2 * reach), (above - 2 * centre + below) / (2 * reach * reach)
        )
        let m = start + middle
        return SIMD4(
            Float(centre - m * slope + m * m * curvature), Float(slope - 2 * m * curvature), Float(curvature), 0)
    }

    /// Calls `body` with a reader of the table.
    func withReader<Result>(_ body: (Reader) -> Result) -> Result {
        segments.withUnsafeBufferPointer { segments in
            guard let base = segments.baseAddress else { preconditionFailure("a table has segments") }
            return body(Reader(segments: base))
        }
    }

    /// Looks coefficients up.
    struct Reader {
        let segments: UnsafePointer<SIMD4<Float>>

        private static let least = Float(bitPattern: ForceTable.firstBits)
        private static let most = Float(bitPattern: ForceTable.firstBits + ForceTable.span - 1)

        /// The coefficient at a squared distance.
        @inline(__always)
        func callAsFunction(_ squared: Float) -> Float {
            let above = squared > Self.least ? squared : Self.least
            let within = above < Self.most ? above : Self.most
            let segment = segments[Int((within.bitPattern &- ForceTable.firstBits) >> ForceTable.fractionBits)]
            return segment.x + within * (segment.y + within * segment.z)
        }

        /// The coefficients at two squared distances, the same bits.
        @inline(__always)
        func callAsFunction(_ squared: SIMD2<Float>) -> SIMD2<Float> {
            let (least, most) = (SIMD2(repeating: Self.least), SIMD2(repeating: Self.most))
            let above = squared.replacing(with: least, where: squared .<= least)
            let within = above.replacing(with: most, where: above .>= most)
            let (p, q) = (
                segments[Int((within.x.bitPattern &- ForceTable.firstBits) >> ForceTable.fractionBits)],
                segments[Int((within.y.bitPattern &- ForceTable.firstBits) >> ForceTable.fractionBits)]
            )
            return SIMD2(p.x, q.x) + within * (SIMD2(p.y, q.y) + within * SIMD2(p.z, q.z))
        }
    }
}
