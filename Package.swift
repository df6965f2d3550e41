// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// A target of our own under `Sources/`, always with the strict settings.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of the module of the same name, plus what else they need.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + dependencies, exclude: exclude,
        swiftSettings: strict)
}

let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let csv = Target.Dependency.product(name: "SwiftCSV", package: "SwiftCSV")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
/// The web server, and what it takes to run it on one thread without a log of its own.
let hummingbird: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"), .product(name: "Logging", package: "swift-log"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
]
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "platonic",
    products: [.executable(name: "platonic", targets: ["platonic"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        // Floor 0: module maps over C libraries of the distribution.
        .systemLibrary(name: "CZeroMQ"),
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5"),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas"),
        .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash"),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "CLinux"),
        // Hot inner loops in C, chosen by the processor when the program is loaded.
        .target(name: "CKernels", cSettings: [.treatAllWarnings(as: .error)]),

        // Floor 1: the only importers of floor 0, and plain values.
        module("ZeroMQ", ["CZeroMQ", "CLinux"]),
        module("HDF5", ["CHDF5"]),
        module("LinearAlgebra", ["COpenBLAS", "CKernels"]),
        module("ContentHash", ["CXXHash", "CCrypto"]),
        module("ObjectStorage", ["CCurl"]),
        module("SweepModel", [yams]),

        // Floor 2: stores, artifacts, numbers.
        module(
            "FeatureStore", ["CKernels", "HDF5", "ObjectStorage", "LinearAlgebra", "ContentHash", "SweepModel", csv]),
        module("ArtifactStore", ["ContentHash", "SweepModel"]),
        module("PermutationStatistics", ["CKernels", "LinearAlgebra", "SweepModel"]),
        module(
            "AlignmentMetrics", ["CKernels", "LinearAlgebra", "ArtifactStore", "PermutationStatistics", "SweepModel"]),
        module("SweepAnalysis", ["PermutationStatistics", "SweepModel"]),
        module("SweepCost", ["SweepModel"]),
        module("Projection", ["LinearAlgebra", "SweepModel"]),
        module("ColourStudy", ["LinearAlgebra", "Projection", "SweepModel"]),
        module("ContrastiveStudy", ["LinearAlgebra", "AlignmentMetrics", "Projection", "SweepModel"]),
        module("SweepJournal", ["SweepModel", "ContentHash", "CLinux", grdb]),
        module("KeyStore", ["ZeroMQ", "SweepModel"]),
        // The script is put into the program, as the live page is.
        .target(
            name: "Figures", dependencies: ["ContentHash"], resources: [.embedInCode("Page/Script")],
            swiftSettings: strict),

        // Floor 3: what is said, what is decided, what is done.
        module("SweepProtocol", ["SweepModel", protobuf]),
        module("CoordinatorCore", ["SweepModel", "SweepProtocol", "SweepCost"]),
        module("WorkerScaling", ["SweepModel", "SweepProtocol"]),
        module(
            "WorkerCore",
            [
                "SweepModel", "SweepProtocol", "FeatureStore", "ArtifactStore", "AlignmentMetrics",
                "PermutationStatistics", "ContentHash",
                "CLinux", "LinearAlgebra",
            ]),

        // Floor 4: cores bound to sockets, clocks, processes and files.
        module(
            "SweepRuntime",
            [
                "ZeroMQ", "LinearAlgebra", "SweepModel", "SweepProtocol", "CoordinatorCore", "WorkerCore",
                "FeatureStore", "ArtifactStore", "SweepAnalysis", "ContentHash", "CLinux", "SweepJournal", "KeyStore",
                "WorkerScaling", "SweepCost", "HDF5", "PermutationStatistics", "ObjectStorage",
            ]),
        module(
            "Reporting",
            [
                "LinearAlgebra", "HDF5", "SweepModel", "SweepProtocol", "SweepAnalysis", "SweepCost", "FeatureStore",
                "Figures", "Projection", "ColourStudy", "ContrastiveStudy",
            ]),

        module(
            "ClusterSimulation", ["SweepModel", "SweepProtocol", "SweepCost", "CoordinatorCore", "WorkerCore"]),

        // The page is put into the program: a bundle would not be found once the program is moved.
        .target(
            name: "StatusServer", dependencies: ["SweepModel", "SweepProtocol"] + hummingbird,
            resources: [.embedInCode("Page")], swiftSettings: strict),

        // Floor 5: commands only, and the program that has them.
        module(
            "Commands",
            [
                "SweepModel", "FeatureStore", "SweepRuntime", "Reporting", "SweepAnalysis", "Projection",
                "ArtifactStore", "SweepProtocol", "KeyStore", "WorkerScaling", "StatusServer", "ContentHash",
                "SweepCost", "ClusterSimulation", "ColourStudy", "ContrastiveStudy", argumentParser,
            ]),
        .executableTarget(
            name: "platonic", dependencies: ["Commands"],
            resources: [.copy("Resources/demo"), .copy("Resources/colour")], swiftSettings: strict),

        // Tests.
        .target(
            name: "SweepTestSupport",
            dependencies: ["HDF5", "SweepModel", "LinearAlgebra", "COpenBLAS"],
            path: "Tests/SweepTestSupport", swiftSettings: strict),
        .executableTarget(
            name: "cluster-bench",
            dependencies: [
                "ZeroMQ", "KeyStore", "SweepModel", "SweepProtocol", "SweepJournal", "CoordinatorCore", "SweepRuntime",
                "SweepCost", "WorkerCore", "Reporting", "SweepTestSupport", argumentParser,
            ], path: "Tests/ClusterBench", swiftSettings: strict),
        .executableTarget(
            name: "metric-bench",
            dependencies: [
                "ArtifactStore", "AlignmentMetrics", "LinearAlgebra", "SweepModel", "SweepTestSupport", argumentParser,
            ], path: "Tests/MetricBench", swiftSettings: strict),
        .executableTarget(
            name: "platonic-extended",
            dependencies: ["Commands", "AlignmentMetrics", "ArtifactStore", "LinearAlgebra", "SweepModel"],
            path: "Tests/ExtendedProgram", swiftSettings: strict),
        .executableTarget(
            name: "projection-bench", dependencies: ["Projection", "SweepModel"], path: "Tests/ProjectionBench",
            swiftSettings: strict),
        tests("ZeroMQ", ["CZeroMQ"]),
        tests("HDF5", ["CHDF5"]),
        tests("LinearAlgebra", ["SweepTestSupport"]),
        tests("ObjectStorage"),
        tests("SweepModel"),
        tests("FeatureStore", ["SweepTestSupport", "ObjectStorage", "CKernels"]),
        tests("ArtifactStore", ["SweepTestSupport"]),
        tests("AlignmentMetrics", ["SweepTestSupport", "CKernels", "PermutationStatistics"]),
        tests("SweepAnalysis", ["SweepTestSupport"], exclude: ["Golden"]),
        tests("PermutationStatistics", ["CKernels", "SweepModel", "SweepTestSupport"]),
        tests("SweepCost", ["SweepModel"]),
        tests("Projection", ["SweepModel"], exclude: ["Golden"]),
        tests("ColourStudy", ["SweepModel"]),
        tests("ContrastiveStudy", ["SweepModel"]),
        tests("SweepJournal", ["SweepTestSupport"], exclude: ["Earlier"]),
        tests("KeyStore", ["SweepTestSupport", "ZeroMQ"]),
        tests("Figures", ["ContentHash"]),
        tests("SweepProtocol", ["SweepTestSupport", protobuf]),
        tests("CoordinatorCore", ["SweepTestSupport", "WorkerCore", "SweepCost", "ClusterSimulation"]),
        tests("ClusterSimulation", ["SweepModel", "SweepProtocol", "SweepCost", "WorkerCore"]),
        tests("WorkerScaling", ["SweepModel", "SweepProtocol"]),
        tests(
            "WorkerCore",
            [
                "SweepModel", "SweepProtocol", "SweepTestSupport", "FeatureStore", "ArtifactStore", "AlignmentMetrics",
                "ContentHash", "LinearAlgebra",
            ]),
        tests(
            "SweepRuntime",
            [
                "SweepTestSupport", "FeatureStore", "HDF5", "ZeroMQ", "SweepModel", "SweepProtocol", "KeyStore",
                "ArtifactStore", "ContentHash", "CoordinatorCore", "WorkerCore", "SweepCost", "AlignmentMetrics",
            ], exclude: ["Golden"]),
        tests("StatusServer", ["SweepModel", "SweepProtocol"] + hummingbird),
        tests(
            "Reporting",
            ["SweepTestSupport", "SweepProtocol", "SweepAnalysis", "Figures", "Projection", "PermutationStatistics"]),
    ]
)

// Micro-benchmarks are built where `scripts/bench --micro` asks for them: others neither fetch nor build their library. Its traits, which
// count allocations, bring libraries that replace malloc and swift_retain.
if Context.environment["PLATONIC_MICRO_BENCHMARKS"] != nil {
    package.dependencies.append(.package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []))
    package.targets.append(
        .executableTarget(
            name: "micro-benchmarks",
            dependencies: [
                "CKernels", "AlignmentMetrics", "ContentHash", "LinearAlgebra", "PermutationStatistics", "SweepModel",
                "SweepTestSupport", .product(name: "Benchmark", package: "benchmark"),
            ], path: "Tests/MicroBenchmarks", swiftSettings: strict))
}
