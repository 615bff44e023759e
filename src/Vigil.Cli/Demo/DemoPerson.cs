using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Vigil.Trust;

namespace Vigil.Cli.Demo;

/// <summary>
/// One of the demonstration's people at a browser without scripts: keeps cookies, and fills the forms that the
/// console's pages have. There is no other way in for it than for anybody.
/// </summary>
internal sealed partial class DemoPerson(Uri address, string userName, string displayName) : IDisposable
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz";

    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            CookieContainer = new CookieContainer(),
        }
    );

    public string UserName => userName;

    /// <summary>Each signs in once, in place of a code of the app.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    /// <summary>Makes the account that a code is for.</summary>
    public async Task JoinAsync(string code, string password, CancellationToken cancellation)
    {
        var choice = await ActAsync("/console/join", "/console/join", cancellation, ("code", code));
        var secret = Totp.SecretOf(SecretOnPage().Match(choice).Groups["secret"].Value);
        var codes = await SendAsync(
            choice,
            "/console/join/password",
            cancellation,
            ("userName", userName),
            ("displayName", displayName),
            ("password", password),
            ("appCode", Totp.CodeAt(secret, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30))
        );
        RecoveryCodes = [.. RecoveryCode().Matches(codes).Select(match => match.Groups["code"].Value)];
    }

    /// <summary>The code that the page of an invitation shows.</summary>
    public async Task<string> InviteAsync(IEnumerable<Role> roles, CancellationToken cancellation)
    {
        var page = await ActAsync(
            "/console/people",
            "/console/people/invite",
            cancellation,
            [.. roles.Select(role => ("role", role.ToString()))]
        );
        return SecretOnPage().Match(page).Groups["secret"].Value;
    }

    /// <summary>Opens a page and sends one of its forms, with its hidden fields that are not given.</summary>
    /// <returns>The page that follows; of a redirection its address.</returns>
    public async Task<string> ActAsync(
        string page,
        string action,
        CancellationToken cancellation,
        params (string Name, string Value)[] fields
    )
    {
        return await SendAsync(await ShowAsync(page, cancellation), action, cancellation, fields);
    }

    /// <summary>A page as it is looked at.</summary>
    public async Task<string> ShowAsync(string page, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, page));
        return await AnswerOfAsync(request, cancellation);
    }

    private async Task<string> SendAsync(
        string html,
        string action,
        CancellationToken cancellation,
        params (string Name, string Value)[] fields
    )
    {
        var form =
            Form()
                .Matches(html)
                .FirstOrDefault(match =>
                    match.Groups["head"].Value.Contains($"action=\"{action}\"", StringComparison.Ordinal)
                )
            ?? throw new IOException($"A page of the console has no form for {action}.");
        var hidden = HiddenField()
            .Matches(form.Groups["body"].Value)
            .Select(match => (match.Groups["name"].Value, WebUtility.HtmlDecode(match.Groups["value"].Value)))
            .Where(field => fields.All(given => given.Name != field.Item1));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, action));
        request.Content = new FormUrlEncodedContent(
            hidden.Concat(fields).Select(field => KeyValuePair.Create(field.Item1, field.Item2))
        );
        return await AnswerOfAsync(request, cancellation);
    }

    private async Task<string> AnswerOfAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.UserAgent.ParseAdd("vigil-demo");
        using var answer = await _http.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        var next = answer.Headers.Location?.ToString() ?? "";
        return answer.StatusCode switch
        {
            HttpStatusCode.OK => text,
            HttpStatusCode.Found or HttpStatusCode.SeeOther when !IsEntrance(next) => next,
            _ => throw new IOException(
                $"{userName}: {request.RequestUri!.AbsolutePath} was answered with {(int)answer.StatusCode} {next} "
                    + Title().Match(text).Groups["title"].Value
            ),
        };
    }

    private static bool IsEntrance(string path) =>
        path.StartsWith("/console/sign-in", StringComparison.Ordinal)
        || path.StartsWith("/console/verify", StringComparison.Ordinal);

    /// <summary>For this run only; shown to who runs it.</summary>
    public static string NewPassword() =>
        string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Letters, 5)));

    public void Dispose() => _http.Dispose();

    [GeneratedRegex(
        """<code class="secret">(?<secret>[^<]+)</code>""",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex SecretOnPage();

    [GeneratedRegex(
        "<code>(?<code>[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex RecoveryCode();

    [GeneratedRegex(
        "<form(?<head>[^>]*)>(?<body>.*?)</form>",
        RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Form();

    [GeneratedRegex(
        """<input type="hidden" name="(?<name>[^"]+)"( autocomplete="[^"]*")?( value="(?<value>[^"]*)")?""",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex HiddenField();

    [GeneratedRegex(
        "<title>(?<title>[^<]*)</title>",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Title();
}
