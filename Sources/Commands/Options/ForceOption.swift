import ArgumentParser

/// Whether results of another sweep may be written over.
struct ForceOption: ParsableArguments {
    @Flag(help: "Replace the results of another sweep at --output. Anything but results is never replaced.")
    var force = false
}
