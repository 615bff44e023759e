using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>A person at a browser without scripts: keeps cookies, fills the forms that pages have.</summary>
internal sealed partial class ConsoleUser : IDisposable
{
    public const string Password = "four plain words here";
    public const string Agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";
    private HttpClient _client;

    public ConsoleUser(TestServer server)
    {
        Server = server;
        _client = ClientAt(server.Address);
    }

    public TestServer Server { get; }
    public CookieContainer Cookies { get; } = new();
    public string UserName { get; private set; } = "";
    public byte[] AppSecret { get; private set; } = [];
    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    /// <summary>The first admin, by the code that the server printed.</summary>
    public static async Task<ConsoleUser> SetUpAsync(TestServer server)
    {
        var user = new ConsoleUser(server);
        await user.JoinAsync(server.Server.SetupCode!, "first.admin", "Ada Example");
        return user;
    }

    /// <summary>Another person, with an invitation that two admins agreed on.</summary>
    public static async Task<ConsoleUser> InviteAsync(
        TestServer server,
        string userName,
        params string[] roles
    )
    {
        var wanted = roles.Select(role =>
            Enum.Parse<Role>(role.Replace("_", "", StringComparison.Ordinal), ignoreCase: true)
        );
        var db = (Db)server.Server.Services.GetService(typeof(Db))!;
        var (_, code) = await db.SystemAsync(
            "test",
            isWrite: true,
            tx =>
                Invitations.CreateAsync(
                    tx,
                    InvitationKind.Invite,
                    null,
                    [.. wanted],
                    PeopleLimits.InvitationLife
                )
        );
        var user = new ConsoleUser(server);
        await user.JoinAsync(code, userName, "Grace Example");
        return user;
    }

    public static StringContent JsonContent(object value) =>
        new(System.Text.Json.JsonSerializer.Serialize(value), System.Text.Encoding.UTF8, "application/json");

    public async Task JoinAsync(string code, string userName, string displayName)
    {
        var choice = await PostAsync("/console/join", "/console/join", ("code", code));
        Assert.Equal(HttpStatusCode.OK, choice.Status);
        AppSecret = Base32(SecretOnPage().Match(choice.Text).Groups["secret"].Value);
        UserName = userName;
        var done = await SendAsync(
            "/console/join/password",
            choice.Text,
            ("userName", userName),
            ("displayName", displayName),
            ("password", Password),
            ("appCode", CodeNow())
        );
        Assert.True(done.Status == HttpStatusCode.OK, done.Text);
        RecoveryCodes = [.. RecoveryCode().Matches(done.Text).Select(match => match.Groups["code"].Value)];
    }

    public Task<Answer> SignInAsync(string? userName = null, string? password = null, string? code = null) =>
        PostAsync(
            "/console/sign-in",
            "/console/sign-in",
            ("userName", userName ?? UserName),
            ("password", password ?? Password),
            ("code", code ?? CodeNow())
        );

    public string CodeNow() => Totp.CodeAt(AppSecret, Clock.GetUtcNow().ToUnixTimeSeconds() / 30);

    public async Task<Answer> GetAsync(string path)
    {
        using var response = await _client.GetAsync(path);
        return await Answer.OfAsync(response);
    }

    /// <summary>Opens a page and sends one of its forms.</summary>
    public async Task<Answer> PostAsync(string page, string action, params (string, string)[] fields)
    {
        var shown = await GetAsync(page);
        Assert.True(shown.Status == HttpStatusCode.OK, $"{page}: {shown.Status} {shown.Location}");
        return await SendAsync(action, shown.Text, fields);
    }

    /// <summary>With the hidden fields that a shown page's form of this action has.</summary>
    public async Task<Answer> SendAsync(string action, string html, params (string, string)[] fields)
    {
        var form = FormPattern()
            .Matches(html)
            .First(match =>
                match.Groups["head"].Value.Contains($"action=\"{action}\"", StringComparison.Ordinal)
            );
        var hidden = HiddenField()
            .Matches(form.Groups["body"].Value)
            .Select(match => (match.Groups["name"].Value, WebUtility.HtmlDecode(match.Groups["value"].Value)))
            .Where(field => fields.All(given => given.Item1 != field.Item1));
        using var content = new FormUrlEncodedContent(
            hidden.Concat(fields).Select(field => KeyValuePair.Create(field.Item1, field.Item2))
        );
        using var response = await _client.PostAsync(action, content);
        return await Answer.OfAsync(response);
    }

    public async Task<Answer> RawPostAsync(string action, params (string, string)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Item1, field.Item2))
        );
        using var response = await _client.PostAsync(action, content);
        return await Answer.OfAsync(response);
    }

    /// <summary>What a form's answer is to be saved as.</summary>
    public async Task<byte[]> SaveAsync(string page, string action)
    {
        using var content = new FormUrlEncodedContent([
            KeyValuePair.Create("__RequestVerificationToken", await ForgeryAsync(page)),
        ]);
        using var response = await _client.PostAsync(action, content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>As it is, without a page's hidden fields.</summary>
    public async Task<Answer> RawPostAsync(string action, HttpContent content)
    {
        using var response = await _client.PostAsync(action, content);
        return await Answer.OfAsync(response);
    }

    /// <summary>An answer that is no text.</summary>
    public async Task<(HttpStatusCode Status, byte[] Body, HttpResponseMessage Raw)> BytesAsync(
        string path,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }
        var response = await _client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response);
    }

    /// <summary>The token against forgery that a page's forms have.</summary>
    public async Task<string> ForgeryAsync(string path)
    {
        var page = await GetAsync(path);
        return HiddenField()
            .Matches(page.Text)
            .Where(match => match.Groups["name"].Value == "__RequestVerificationToken")
            .Select(match => WebUtility.HtmlDecode(match.Groups["value"].Value))
            .First();
    }

    public async Task<bool> IsInsideAsync() => (await GetAsync("/console")).Status == HttpStatusCode.OK;

    /// <summary>To another server over the same data, with the same session.</summary>
    public void MoveTo(Uri address)
    {
        _client.Dispose();
        _client = ClientAt(address);
    }

    public void Dispose() => _client.Dispose();

    private HttpClient ClientAt(Uri address)
    {
        var client = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }
        )
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(60),
        };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        client.DefaultRequestHeaders.UserAgent.ParseAdd(Agent);
        return client;
    }

    private TimeProvider Clock => (TimeProvider)Server.Server.Services.GetService(typeof(TimeProvider))!;

    private static byte[] Base32(string text)
    {
        var bits = string.Concat(
            text.Where(char.IsAsciiLetterOrDigit)
                .Select(c =>
                    Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c), 2).PadLeft(5, '0')
                )
        );
        return
        [
            .. Enumerable
                .Range(0, bits.Length / 8)
                .Select(at => Convert.ToByte(bits.Substring(at * 8, 8), 2)),
        ];
    }

    [GeneratedRegex("""<code class="secret">(?<secret>[A-Z2-7 ]+)</code>""")]
    private static partial Regex SecretOnPage();

    [GeneratedRegex("<code>(?<code>[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>")]
    private static partial Regex RecoveryCode();

    [GeneratedRegex("<form(?<head>[^>]*)>(?<body>.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex FormPattern();

    [GeneratedRegex(
        """<input type="hidden" name="(?<name>[^"]+)"( autocomplete="[^"]*")?( value="(?<value>[^"]*)")?"""
    )]
    private static partial Regex HiddenField();

    [GeneratedRegex("Code: <code>(?<code>[a-z_]+)</code>", RegexOptions.ExplicitCapture)]
    private static partial Regex ProblemCode();

    internal sealed record Answer(
        HttpStatusCode Status,
        string Text,
        string Location,
        HttpResponseMessage Raw
    )
    {
        /// <summary>As the page of a problem shows it; empty: it is none.</summary>
        public string Code => ProblemCode().Match(Text).Groups["code"].Value;

        public static async Task<Answer> OfAsync(HttpResponseMessage response) =>
            new(
                response.StatusCode,
                await response.Content.ReadAsStringAsync(),
                response.Headers.Location?.ToString() ?? "",
                response
            );
    }
}
