package io.topgun.loadtests.write;

/**
 * What one line did in one stretch of time.
 *
 * @param cpuMicrosPerOp of the process that stores, all its threads
 * @param residentBytes of that process at the end
 * @param bytesPerOp what was handed over for one operation
 */
record Sample(
        String line,
        int opsPerFrame,
        double opsPerSecond,
        double p50Micros,
        double p99Micros,
        double cpuMicrosPerOp,
        long residentBytes,
        double bytesPerOp) {}
