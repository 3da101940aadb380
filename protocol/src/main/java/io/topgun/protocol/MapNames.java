package io.topgun.protocol;

/** Rule of map names: {@code [A-Za-z0-9][A-Za-z0-9._:-]*}. */
public final class MapNames {
    private MapNames() {}

    public static boolean isValid(String name, Limits limits) {
        if (name.isEmpty() || name.length() > limits.mapNameBytesMax() || !isAlphanumeric(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isAlphanumeric(c) && c != '.' && c != '_' && c != ':' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
