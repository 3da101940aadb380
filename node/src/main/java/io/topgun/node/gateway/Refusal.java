package io.topgun.node.gateway;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Why a request is not served, for who made it. */
record Refusal(HttpResponseStatus status, String text) {}
