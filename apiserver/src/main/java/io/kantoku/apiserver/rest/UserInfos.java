package io.kantoku.apiserver.rest;

import io.kantoku.apiserver.auth.UserInfo;

/** The identities of the server's own parts. */
public final class UserInfos {
    /** The API server itself. */
    public static final UserInfo SERVER = UserInfo.master("system:apiserver");

    private UserInfos() {}
}
