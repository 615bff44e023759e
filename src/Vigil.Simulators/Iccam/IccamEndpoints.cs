using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Vigil.Simulators.Iccam;

/// <summary>An answer before it is written.</summary>
internal sealed record IccamAnswer(int Status, string ContentType, string Body)
{
    public static IccamAnswer Json(int status, object? body) =>
        new(status, "application/json", JsonSerializer.Serialize(body));
}

/// <summary>What each place answers. One caller at a time.</summary>
internal sealed class IccamEndpoints
{
    private static readonly string[] NoJson = ["JSON is expected."];

    private static readonly TimeSpan TokenLife = TimeSpan.FromSeconds(1800);

    private readonly Lock _guard = new();
    private readonly Dictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);
    private readonly List<IccamReport> _reports = [];

    public IReadOnlyList<IccamReport> Reports
    {
        get
        {
            lock (_guard)
            {
                return [.. _reports];
            }
        }
    }

    public void EndTokens()
    {
        lock (_guard)
        {
            _tokens.Clear();
        }
    }

    public IccamAnswer SignIn(byte[] body, string userName, string password, DateTimeOffset now)
    {
        if (Parse(body) is not { ValueKind: JsonValueKind.Object } asked)
        {
            return IccamAnswer.Json(400, new { errors = new { body = NoJson } });
        }
        if (TextOf(asked, "username") != userName || TextOf(asked, "password") != password)
        {
            return new IccamAnswer(401, "application/json", "");
        }
        var token = RandomNumberGenerator.GetHexString(48, lowercase: true);
        lock (_guard)
        {
            _tokens[token] = now + TokenLife;
        }
        return IccamAnswer.Json(
            200,
            new
            {
                bearerToken = token,
                refreshToken = RandomNumberGenerator.GetHexString(48, lowercase: true),
                bearerTokenExpiresIn = (int)TokenLife.TotalSeconds,
            }
        );
    }

    public bool IsAllowed(string authorization, DateTimeOffset now)
    {
        lock (_guard)
        {
            return authorization.StartsWith("Bearer ", StringComparison.Ordinal)
                && _tokens.TryGetValue(authorization["Bearer ".Length..], out var ends)
                && now < ends;
        }
    }

    public IccamAnswer Take(byte[] body)
    {
        if (Parse(body) is not { } report)
        {
            return IccamAnswer.Json(400, new { errors = new { body = NoJson } });
        }
        var errors = IccamRules.Check(report);
        if (errors.Count > 0)
        {
            return IccamAnswer.Json(
                400,
                new { errors = errors.ToDictionary(error => error.Key, error => new[] { error.Value }) }
            );
        }
        lock (_guard)
        {
            var id = 700_001 + _reports.Count;
            _reports.Add(new IccamReport(id, report));
            return IccamAnswer.Json(200, id);
        }
    }

    public IccamAnswer Show(string id)
    {
        var report = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Reports.FirstOrDefault(each => each.Id == number)
            : null;
        return report is null
            ? new IccamAnswer(404, "application/json", "")
            : IccamAnswer.Json(
                200,
                new
                {
                    reportId = report.Id,
                    reportContents = report
                        .Document.GetProperty("urls")
                        .EnumerateArray()
                        .Select(
                            (url, i) =>
                                new
                                {
                                    contentId = (report.Id * 100) + i,
                                    urlString = url.GetProperty("urlString").GetString(),
                                }
                        ),
                }
            );
    }

    /// <summary>Lists of words and numbers that a client looks up.</summary>
    public static IccamAnswer? Lists(string name) =>
        name switch
        {
            "classifications" => Named((1, "Baseline CSAM"), (2, "National CSAM"), (4, "Ignore")),
            "age-categories" => Named(
                (1, "Not Determined"),
                (2, "Infant"),
                (3, "Pre-pubescent"),
                (4, "Pubescent")
            ),
            "gender-categories" => Named((1, "Undetermined"), (2, "Female"), (3, "Male"), (4, "Both")),
            "commercialities" => Named((1, "Not Determined"), (2, "Commercial"), (3, "Non-Commercial")),
            _ => null,
        };

    /// <summary>A page of what arrived, for people.</summary>
    public IccamAnswer Page()
    {
        var page = new StringBuilder(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Reports that arrived</title>\n"
                + "<h1>Reports that arrived</h1>\n<p>A simulation on this machine, not affiliated with INHOPE.</p>\n"
        );
        foreach (var report in Reports.Reverse().Take(200))
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>Report {report.Id}</h2>\n<pre tabindex=\"0\">")
                .Append(WebUtility.HtmlEncode(report.Document.GetRawText()))
                .Append("</pre>\n");
        }
        return new IccamAnswer(200, "text/html;charset=UTF-8", page.Append("</html>\n").ToString());
    }

    private static IccamAnswer Named(params (int Id, string Name)[] all) =>
        IccamAnswer.Json(200, all.Select(each => new { id = each.Id, name = each.Name }));

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? TextOf(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
