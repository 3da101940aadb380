package io.topgun.node.settings;

/** A configuration that this node does not start with; the message is for the operator. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingsException(String message) {
        super(message);
    }
}
