using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Tests.Access;

/// <summary>What came back, as far as the matrix looks at it.</summary>
internal sealed record MatrixAnswer(HttpStatusCode Status, string Text, string Location)
{
    public bool IsSignIn =>
        Status == HttpStatusCode.Found
        && Location.StartsWith("/console/sign-in", StringComparison.Ordinal)
        && !Location.Contains("notice=", StringComparison.Ordinal);

    public bool IsRefusal => Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden || IsSignIn;
}

/// <summary>Somebody with a role, a program with a scope, or nobody, in one tenant.</summary>
internal sealed partial class MatrixCaller : IDisposable
{
    private const string Mark = "of-the-matrix";
    private readonly TestServer _server;
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _client;
    private readonly Guid _personId;
    private DateTimeOffset? _verifiedAt;
    private string _formToken = "";

    private MatrixCaller(TestServer server, TenantId tenant, string name, Guid personId, string? key)
    {
        (_server, Tenant, Name, _personId) = (server, tenant, name, personId);
        _client = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies }
        )
        {
            BaseAddress = server.Address,
            Timeout = TimeSpan.FromSeconds(60),
        };
        if (key is null)
        {
            _client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        }
        else
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public TenantId Tenant { get; }
    public string Name { get; }
    public IReadOnlySet<Permission> Granted { get; private init; } = new HashSet<Permission>();
    public bool IsPerson => _personId != default;
    public bool IsNobody => !IsPerson && _client.DefaultRequestHeaders.Authorization is null;

    public override string ToString() => $"{Name} of {Tenant}";

    public static MatrixCaller Nobody(TestServer server) =>
        new(server, TenantId.Default, "nobody", default, null);

    public static async Task<MatrixCaller> PersonAsync(
        TestServer server,
        TenantId tenant,
        string name,
        IReadOnlyCollection<Role> roles,
        DateTimeOffset? verifiedAt = null
    )
    {
        var id = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    var made = tx.NewId();
                    await Vigil.Trust.People.CreateAsync(tx, made, $"m.{made:n}"[..20], name, roles);
                    return made;
                },
                tenant
            );
        var caller = new MatrixCaller(server, tenant, name, id, null)
        {
            Granted = Grants.Of(roles),
            _verifiedAt = verifiedAt,
        };
        await caller.RenewAsync();
        return caller;
    }

    public static async Task<MatrixCaller> KeyAsync(
        TestServer server,
        TenantId tenant,
        string name,
        params Scope[] scopes
    )
    {
        var (_, secret) = await server
            .Kernel()
            .Db.ActAsync(
                Actor.Machine(
                    tenant,
                    "test",
                    Permission.KeyManage,
                    Permission.CaseRead,
                    Permission.ListExport,
                    Permission.HoldManage,
                    Permission.LegalManage
                ),
                Permission.KeyManage,
                tx => ApiKeys.CreateAsync(tx, name, scopes, TimeSpan.FromDays(1))
            );
        using var _ = await server.KnownAsync(secret);
        return new MatrixCaller(server, tenant, name, default, secret) { Granted = Grants.Of(scopes) };
    }

    /// <summary>Sends a request of a route; a form with the token that this session's pages have.</summary>
    public async Task<MatrixAnswer> SendAsync(
        MatrixRoute route,
        string path,
        params (string Name, string Value)[] fields
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), path)
        {
            Content = BodyOf(route, fields),
        };
        using var response = await _client.SendAsync(request);
        var answer = new MatrixAnswer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Location?.ToString() ?? ""
        );
        if (IsPerson && EndsSession(response))
        {
            await RenewAsync();
        }
        return answer;
    }

    public Task<MatrixAnswer> GetAsync(string path) =>
        SendAsync(new MatrixRoute("GET", path, null, null), path);

    public void Dispose() => _client.Dispose();

    private HttpContent? BodyOf(MatrixRoute route, (string Name, string Value)[] fields) =>
        route.Method is "GET" or "HEAD" or "DELETE" ? null
        : route.IsConsole
            ? new FormUrlEncodedContent(
                fields
                    .Append(("__RequestVerificationToken", _formToken))
                    .Select(field => KeyValuePair.Create(field.Item1, field.Item2))
            )
        : new StringContent(route.Body ?? "{}", Encoding.UTF8, "application/json");

    /// <summary>A new session, made where a proved sign-in makes it, and its token for forms.</summary>
    private async Task RenewAsync()
    {
        var token = await _server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    Sessions.BeginAsync(
                        tx,
                        _personId,
                        "test",
                        new("Test", Browser.DigestOf(Mark, "")),
                        _verifiedAt
                    ),
                Tenant
            );
        _cookies.Add(_server.Address, new Cookie("vigil-session", token));
        _cookies.Add(_server.Address, new Cookie("vigil-browser", Mark));
        var page = await GetAsync("/console/account");
        Assert.True(page.Status == HttpStatusCode.OK, $"{this}: {page.Status} {page.Text}");
        _formToken = WebUtility.HtmlDecode(FormToken().Match(page.Text).Groups["token"].Value);
        Assert.NotEqual("", _formToken);
    }

    private static bool EndsSession(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Set-Cookie", out var set)
        && set.Any(cookie => cookie.StartsWith("vigil-session=;", StringComparison.Ordinal));

    [GeneratedRegex("""name="__RequestVerificationToken" value="(?<token>[^"]+)""")]
    private static partial Regex FormToken();
}
