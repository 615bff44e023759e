using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Vigil.Simulators;

/// <summary>
/// An OpenID Connect provider that signs its one person in at once: description, keys, authorization and token
/// endpoint, with tokens of its own making. It checks what a client must send (PKCE, the client's secret, a code
/// once), and fails on demand. On loopback only; in memory only.
/// </summary>
public sealed class OidcProvider : IAsyncDisposable
{
    private const int MaxHeadBytes = 32 * 1024;
    private const int MaxBodyBytes = 64 * 1024;
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(5);

    private readonly LoopbackListener _listener;
    private readonly ConcurrentDictionary<string, Grant> _grants = new(StringComparer.Ordinal);
    private SigningKey _key = new("key-1");
    private int _keyNumber = 1;
    private int _keyReads;
    private int _refusals;

    private OidcProvider(int port)
    {
        _listener = new LoopbackListener(port);
        _listener.Begin(ServeAsync);
    }

    /// <summary>Can be changed at any time.</summary>
    public OidcFault Fault { get; set; }

    /// <summary>Who signs in.</summary>
    public string Subject { get; set; } = "subject-1";

    public string ClientId { get; set; } = "vigil";

    /// <summary>Null: a public client.</summary>
    public string? ClientSecret { get; set; } = "a secret of the simulator";

    /// <summary>What it says of how the person signed in.</summary>
    public IReadOnlyList<string> Methods { get; set; } = ["hwk", "mfa"];

    public Func<DateTimeOffset> Clock { get; set; } = TimeProvider.System.GetUtcNow;

    /// <summary>Told of each request: method, path without query, status.</summary>
    public Action<string>? OnRequest { get; set; }

    public string Issuer => $"http://127.0.0.1:{Port}";

    public int Port => _listener.Port;

    /// <summary>How often its keys were read.</summary>
    public int KeyReads => Volatile.Read(ref _keyReads);

    /// <summary>Codes that it refused: used, unknown, or without what belongs to them.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    /// <param name="port">0: any that is free.</param>
    public static OidcProvider Start(int port = 0) => new(port);

    /// <summary>A new key takes the place of the one before, as providers do from time to time.</summary>
    public void RotateKey()
    {
        var old = _key;
        _key = new SigningKey($"key-{Interlocked.Increment(ref _keyNumber)}");
        old.Dispose();
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            if (await RequestHead.ReadAsync(stream, MaxHeadBytes, _listener.Stop) is not { } head)
            {
                return;
            }
            var body = new byte[Math.Clamp(head.ContentLength, 0, MaxBodyBytes)];
            await stream.ReadExactlyAsync(body, _listener.Stop);
            var (path, query) = Split(head.Path);
            var answer = await AnswerAsync(head, path, Fields(query), Fields(Encoding.UTF8.GetString(body)));
            OnRequest?.Invoke($"{path} {answer[9..12]}");
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _listener.Stop);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The caller went away, or we end.
        }
    }

    private async Task<string> AnswerAsync(
        RequestHead head,
        string path,
        Dictionary<string, string> query,
        Dictionary<string, string> form
    )
    {
        switch (path)
        {
            case "/.well-known/openid-configuration":
                return Json(200, Description());
            case "/keys":
                Interlocked.Increment(ref _keyReads);
                return Json(200, new { keys = new[] { _key.Public() } });
            case "/authorize":
                return Authorize(query);
            case "/token" when Fault == OidcFault.Error:
                return Json(500, new { error = "server_error" });
            case "/token":
                if (Fault == OidcFault.Slow)
                {
                    await Task.Delay(TimeSpan.FromMinutes(1), _listener.Stop);
                }
                return Redeem(head, form);
            default:
                return Json(404, new { error = "not_found" });
        }
    }

    private object Description() =>
        new
        {
            issuer = Fault == OidcFault.OtherIssuerDescribed ? "https://another.example" : Issuer,
            authorization_endpoint = $"{Issuer}/authorize",
            token_endpoint = $"{Issuer}/token",
            jwks_uri = $"{Issuer}/keys",
            response_types_supported = new[] { "code" },
            subject_types_supported = new[] { "public" },
            id_token_signing_alg_values_supported = new[] { "RS256" },
            code_challenge_methods_supported = new[] { "S256" },
        };

    private string Authorize(Dictionary<string, string> query)
    {
        if (
            query.GetValueOrDefault("client_id") != ClientId
            || query.GetValueOrDefault("response_type") != "code"
            || query.GetValueOrDefault("code_challenge_method") != "S256"
            || query.GetValueOrDefault("redirect_uri") is not { Length: > 0 } back
        )
        {
            return Json(400, new { error = "invalid_request" });
        }
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _grants[code] = new Grant(
            back,
            query.GetValueOrDefault("nonce") ?? "",
            query.GetValueOrDefault("code_challenge") ?? "",
            Clock()
        );
        var state = Fault == OidcFault.WrongState ? "somebody-elses" : query.GetValueOrDefault("state") ?? "";
        return "HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\n"
            + $"Location: {back}?code={code}&state={Uri.EscapeDataString(state)}\r\n\r\n";
    }

    private string Redeem(RequestHead head, Dictionary<string, string> form)
    {
        var code = form.GetValueOrDefault("code") ?? "";
        var challenge = Encode(
            SHA256.HashData(Encoding.ASCII.GetBytes(form.GetValueOrDefault("code_verifier") ?? ""))
        );
        // A code is taken away before anything is looked at: it counts once.
        if (
            !_grants.TryRemove(code, out var grant)
            || grant.RedirectUri != form.GetValueOrDefault("redirect_uri")
            || grant.Challenge != challenge
            || !IsClient(head, form)
        )
        {
            Interlocked.Increment(ref _refusals);
            return Json(400, new { error = "invalid_grant" });
        }
        return Json(
            200,
            new
            {
                access_token = "not used",
                token_type = "Bearer",
                expires_in = 300,
                id_token = Token(grant),
            }
        );
    }

    private bool IsClient(RequestHead head, Dictionary<string, string> form)
    {
        if (ClientSecret is null)
        {
            return form.GetValueOrDefault("client_id") == ClientId;
        }
        var pair = $"{Uri.EscapeDataString(ClientId)}:{Uri.EscapeDataString(ClientSecret)}";
        return head["authorization"] == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
    }

    private string Token(Grant grant)
    {
        var now = Clock();
        var until = Fault == OidcFault.Expired ? now - TokenLife : now + TokenLife;
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Fault == OidcFault.WrongIssuer ? "https://another.example" : Issuer,
            ["aud"] = Fault == OidcFault.WrongAudience ? "another-client" : ClientId,
            ["sub"] = Subject,
            ["nonce"] = Fault == OidcFault.WrongNonce ? "somebody-elses" : grant.Nonce,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = until.ToUnixTimeSeconds(),
        };
        if (Fault != OidcFault.SilentAboutTime)
        {
            var at = Fault == OidcFault.StaleAuthTime ? now - TimeSpan.FromHours(1) : grant.At;
            claims["auth_time"] = at.ToUnixTimeSeconds();
        }
        if (Fault != OidcFault.SilentAboutFactors)
        {
            claims["amr"] = Methods;
        }
        var payload = Encode(JsonSerializer.SerializeToUtf8Bytes(claims));
        return Fault switch
        {
            OidcFault.AlgNone => $"{Head("none", null)}.{payload}.",
            OidcFault.AlgSecret => SignWithSecret(payload),
            OidcFault.UnknownKey => SignWithAnother(payload),
            OidcFault.BrokenSignature => Flip(_key.Sign($"{Head("RS256", _key.Id)}.{payload}")),
            _ => _key.Sign($"{Head("RS256", _key.Id)}.{payload}"),
        };
    }

    private string SignWithSecret(string payload)
    {
        var signed = $"{Head("HS256", null)}.{payload}";
        var mac = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(ClientSecret ?? ""),
            Encoding.ASCII.GetBytes(signed)
        );
        return $"{signed}.{Encode(mac)}";
    }

    private static string SignWithAnother(string payload)
    {
        using var another = new SigningKey("key-unknown");
        return another.Sign($"{Head("RS256", another.Id)}.{payload}");
    }

    private static string Flip(string token)
    {
        var at = token.LastIndexOf('.') + 10;
        return token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
    }

    private static string Head(string algorithm, string? key) =>
        Encode(
            JsonSerializer.SerializeToUtf8Bytes(
                key is null
                    ? new Dictionary<string, string> { ["alg"] = algorithm, ["typ"] = "JWT" }
                    : new Dictionary<string, string>
                    {
                        ["alg"] = algorithm,
                        ["typ"] = "JWT",
                        ["kid"] = key,
                    }
            )
        );

    private static string Json(int status, object body)
    {
        var text = JsonSerializer.Serialize(body);
        return $"HTTP/1.1 {status} Simulated\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(text)}\r\n\r\n{text}";
    }

    private static (string Path, string Query) Split(string target)
    {
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (target, "") : (target[..mark], target[(mark + 1)..]);
    }

    private static Dictionary<string, string> Fields(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                fields[pair[..equals]] = WebUtility.UrlDecode(pair[(equals + 1)..]);
            }
        }
        return fields;
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _key.Dispose();
    }

    private sealed record Grant(string RedirectUri, string Nonce, string Challenge, DateTimeOffset At);

    private sealed class SigningKey(string id) : IDisposable
    {
        private const int Bits = 2048;
        private readonly RSA _rsa = RSA.Create(Bits);

        public string Id => id;

        public object Public()
        {
            var numbers = _rsa.ExportParameters(includePrivateParameters: false);
            return new
            {
                kty = "RSA",
                use = "sig",
                alg = "RS256",
                kid = id,
                n = Encode(numbers.Modulus!),
                e = Encode(numbers.Exponent!),
            };
        }

        public string Sign(string text)
        {
            var signature = _rsa.SignData(
                Encoding.ASCII.GetBytes(text),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            );
            return $"{text}.{Encode(signature)}";
        }

        public void Dispose() => _rsa.Dispose();
    }
}
