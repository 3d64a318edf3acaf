// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Keys that OpenSSL wrote, in each form that it writes; they open nothing but these tests.
enum TestKeys {
    /// `openssl ecparam -name prime256v1 -genkey`: SEC 1.
    static let p256 = Secret(
        """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEICk7StvVNuf3Fjoyi0oXIeZdz1upllsDndiGzXy56ZoYoAoGCCqGSM49
        AwEHoUQDQgAE8r4ruGpgefWaB8lu/yklRAAoeqInptkFY3T5iG3ctPp5qXpUVQqA
        pHuRstDAmyb4p6G7g2xyT9gnzP1o/HcyyQ==
        -----END EC PRIVATE KEY-----
        """)

    /// `openssl genpkey -algorithm ed25519`: PKCS #8.
    static let ed25519 = Secret(
        """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIFM3iykl/aYgiXvaEMCIMPoPgTeAnUFGh5Ww/yaVRYJq
        -----END PRIVATE KEY-----
        """)

    /// `openssl genrsa 2048`: PKCS #8.
    static let rsa = Secret(
        """
        -----BEGIN PRIVATE KEY-----
        MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQDTkWq4dOsI4FN6
        hhk7XHKha8SDN5nvZAtCmWdH5Gcd3gigePRma20zy+HDSWknv6vM6+5MA/VCaBPR
        HFneGPwmPHHc0cL9Id/K8Dc1DmRmKmDqItTvAXFexDhwaQZjdDDu/oVb6lkitsmg
        OhGI1cHgJqyw1VrvTOd7rzkcFJb9rotPecNEkcphkjK++Qif1eNXAm03DZhwPXYP
        ZxI0ovKtfnukPCQWNC4LfGMqjUTsoNnZruyVedG93ELOOQyvtEqDf79asUuEdLvC
        +fWqjpD2w+o7WUPnpX526TViXzRO5+nOWbYp/DEMJ1LE3FbNJyD7YjqQWJ87B1rN
        Pdwo62zPAgMBAAECggEAUhNxa/LLtYtVR0yboEhKni3RNDiPSuwsZB9gDmdgy5j2
        Ds8tvUgCutvnDxw9I7L7gsmqjing7Wyz92VAxeU6eNjtMUXdF9ea2r9bI4WcVHgv
        VdXCdqBAK4wC+zT7Sfzq+OSbtt9QyiNQUA0G/WczyfIm/4kduIVErlp5VNf2BZ6K
        umZ2jz9fnH3ImY9pFkoHr3uVn8C/kFHtQoHVU0vS4iKbzjxISMFcBT+aGARrhsW2
        ms6H4uXBHoYZIDbHDp993RudZw2ry5Cqln/kEiUWBPDctKO3KvFqPcx4+2k8cvYE
        RhYebkyR6mcb66L6cmJPmou+TigJUq0buvXIcp7uzQKBgQD3fZnYYE2eHys01DNN
        IaJ9o+SvMbF/ojEcKWIHdS0+8R6waBDRpzyx2yGgxHXhLTbuHodhQPKL98qMF8q9
        JjsK3K802m8bqTT7JB7n3QMozM78V7jKBq+LZQMUWG2fGN0CoH5Ove2TVJvB1MB2
        IwamZEX6dQRswjwfyhZiiekR+wKBgQDa16CQSdaaZ+U4qAUI7o4J9evk/BPQLSFS
        +1RxZ8WrIyYanu4uw3g4StcB+n0SPz9qaMiOXyuCH+m2hzpv9x6sPr3Jj8d6KyRi
        HbIIMGaT6JRqiJ0cJQLtNm6oPzYwiLCEG+KJqFm1b1HeDJHtEOI8v2xZ3UUhCkwL
        ZnW48PEsPQKBgQDSfmUm/2GEpwXcfM7VP1IwggCycRWCdLRIO3pA1YySCAoOB7Sm
        XBLnQnUrg2yvBAHALP7/3HluSmZfGK06ixWUe3YZAd+WKygAogwXMIbLYMZ7ITDt
        wxny+QrRdxRlSIRRA6fp2OgDcua2yPiYgdnaE1bhWj1VMy5n6z12uc0dmQKBgQDI
        qCueAUYXn6nKkCzFqs5sDaQ0+nlESQ0kJDSiIw9Ywsq+X/luwWXq35xTQRUK9Rk1
        fUxfVp3zG0XVShrn7MOgFYs5VG8H8qTSnf3OimqTtg7Xu9mqo7kSPfWqqQML71lC
        WLsXk1hmBuMe4ZGvt+po3u//WeZ3zBQ747+PSsUn1QKBgQDzXd5d3YVdVfLx/DjL
        MoTC6HvB1B+Dy95aNsI0rw2Pm+fCKnQzq/p/+t4vXYbvdPTGUP2wqhMeXIMSQ4de
        kWiDsgnHmzOCFD8/fc2Ke2XFfAh58NsWAFjhDnGHNDx07kxLWWm4VQyYXyGgocpo
        mnY6Fj1kjrHtPcIwd33dO4Iv/Q==
        -----END PRIVATE KEY-----
        """)

    /// `openssl genrsa 1024`.
    static let shortRSA = Secret(
        """
        -----BEGIN PRIVATE KEY-----
        MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAJ+HW6dlp9JpRfB2
        BFzCG8ZWT41DzqdthjD5sW61PHnZaa+up7CvOJhCW3fHJvAsyhUtFMriEk42ZSSu
        i902M6WAacGMAyeVH93m/7gqhB2XXbBCEHzGG5a57fN8VEWFUzy7EECjYoJln+mu
        QI9OwqTMeO9ME4o0gf4EvQU2cDwDAgMBAAECgYA9UmLA7iqcjyr7S+JRZawXiYX6
        313IrikvGkxCKhidHh2qEpETMcenf5p5aGxnVlA346RieJRgzDgE6bOJzRP8pu0T
        pu1Q29LERTIr+aDkv7U9cnfrIAk6glTcVYNOcpSjhKcdgx0OK6lKfeCkSBvyiOmx
        5lhyDtF8H3JF48b3AQJBANIIaJdWhD5yUa3lKcHhVPJ2Y6xX+CHH9O0GqvxwBIM/
        Pb0VYztoIy3VzrvQ1vytiq8aP1cpbPTJ9lbzdzSJYrECQQDCcVYmqU6d7/cgkXrb
        8eai2dU+7H2R1A2kv/Mdcjy4jjPnBx5Wt517rUOacVLv9Mz/P1wj9fq0qtSI0Gke
        d+7zAkEAtUa0nwn5EbyxaplDtSa6npo35OP4MY/XgUwj/8Te4DiRHMV85CU5V7IV
        wFy7cVKHRCIvURdcBtrZVqrD1ABPwQJAE+w+8okoeABNZvXhC8Y2ZntBYUgj+Zwr
        pbTROTQqSpKveL1++02nAjQXmCyCXfnMQ17/luOuQ3K5gicwjiGlxwJBAM4oBzL/
        Gp2aPkZWDXb1gh2ZgfdxCt+/a7eRudBE3q3Kbz8w6CT3rP7R9oPbXVcCkH+8hrHg
        OJjOxjCEX26JByk=
        -----END PRIVATE KEY-----
        """)

    /// The first key under a passphrase.
    static let encrypted = Secret(
        """
        -----BEGIN EC PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,FC8C53CE6ECEB307D8BC87F77C634D2C

        zQMklpz3pyr7UMNbIuyYGaXVzJekE4lteC9sekhQWypRBs/bs+tiOvujqj3FpaJZ
        krPlEaHiwAg5UCeVzbctQ1U1oWdwH30GaQgmMSKZSoenTX6m/gcmmxFM4qdX6G2l
        yU9eQJNfHDQQ5ir2UIoDdMUEouJt3cvNSS4sZ6vA3SQ=
        -----END EC PRIVATE KEY-----
        """)

    /// A certificate that signs itself, valid for a hundred years, and its key.
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBeTCCAR+gAwIBAgIUKrONCpnuDFiOeyCclkEUUWTDJCwwCgYIKoZIzj0EAwIw
        ETEPMA0GA1UEAwwGY2xpZW50MCAXDTI2MTEyMTE0NTQwNloYDzIxMjYxMDI4MTQ1
        NDA2WjARMQ8wDQYDVQQDDAZjbGllbnQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
        AASFvlZzkKZyERViPbHdKhs0TLOwZs5l00xajANEl7ApJMTypQBtGgIS9Tj/qNnF
        r7zQ2oxlHgMzngr163t5eTM6o1MwUTAdBgNVHQ4EFgQUCC2/n8QARN/dLIEuutOd
        NklS/8wwHwYDVR0jBBgwFoAUCC2/n8QARN/dLIEuutOdNklS/8wwDwYDVR0TAQH/
        BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAvuN7qCkOQVIwtF6khCgfbdjuLmTE
        0VuBsEng06UECz8CIAoqty0B4OjqE7axnHopLzrYYaVkstcLeVAt3BZtKJwB
        -----END CERTIFICATE-----
        """

    static let certificateKey = Secret(
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgCvVaU3UT7DCJFj40
        rx6YmJKDNfKvTzcGzZhdO01mzYuhRANCAASFvlZzkKZyERViPbHdKhs0TLOwZs5l
        00xajANEl7ApJMTypQBtGgIS9Tj/qNnFr7zQ2oxlHgMzngr163t5eTM6
        -----END PRIVATE KEY-----
        """)

    /// `openssl x509 -outform der | openssl dgst -sha256 -binary | base64`, in base64url.
    static let certificateThumbprint = "_p3J8f3USXiDrimJSWHG8eNr5-7JfnfR9WEj5c7b4cY"
}
