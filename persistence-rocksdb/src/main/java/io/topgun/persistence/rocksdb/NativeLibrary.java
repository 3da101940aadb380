package io.topgun.persistence.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/** RocksDB's native code, unpacked into the store's directory before it is loaded. */
final class NativeLibrary {
    private NativeLibrary() {}

    /**
     * Loads the library, once per process, from a file of one name in a directory that only this
     * process uses. RocksDB's own way is a new file of 17 MB in the system's temporary directory at
     * each start, which a killed process leaves behind.
     */
    static synchronized void load(Path dir) throws IOException {
        try {
            NativeLibraryLoader.getInstance()
                    .loadLibrary(Files.createDirectories(dir).toString());
        } catch (UnsatisfiedLinkError e) {
            // The data may lie on a file system that runs no code; then it is RocksDB's own way.
        }
        RocksDB.loadLibrary(); // Finds it loaded, as a rule, and tells the other classes.
    }
}
