using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>What a caller says about content, checked.</summary>
internal sealed record ScanMetadata
{
    public const int MaxAccountCharacters = 256;
    public const int MaxContentCharacters = 512;

    public required Surface Surface { get; init; }

    /// <summary>ISO 3166-1 alpha-2, or empty.</summary>
    public required string Jurisdiction { get; init; }
    public string? Account { get; init; }
    public string? ContentRef { get; init; }
    public required FailMode FailMode { get; init; }
    public required TimeSpan Wait { get; init; }

    /// <summary>The caller said how long it waits.</summary>
    public bool SaysWait { get; init; }

    /// <summary>Names that are known, wherever they stand.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "surface",
        "jurisdiction",
        "account",
        "contentRef",
        "onFailure",
        "wait",
    ];

    /// <param name="find">A value by its name; null: not said.</param>
    /// <param name="rules">What holds where the caller says nothing.</param>
    /// <param name="limits">Of the wait.</param>
    /// <exception cref="ProblemException">Missing, unknown or out of range.</exception>
    public static ScanMetadata Parse(Func<string, string?> find, ScanRules rules, ScanLimits limits)
    {
        var mode = ParseFailMode(find("onFailure"), rules);
        return new ScanMetadata
        {
            Surface = ParseSurface(find("surface")),
            Jurisdiction = ParseJurisdiction(find("jurisdiction")) ?? rules.DefaultJurisdiction,
            Account = ParseText("account", find("account"), MaxAccountCharacters),
            ContentRef = ParseText("contentRef", find("contentRef"), MaxContentCharacters),
            FailMode = mode,
            Wait = ParseWait(find("wait"), limits),
            SaysWait = find("wait") is not null,
        };
    }

    public static FailMode ParseFailMode(string? text, ScanRules? rules) =>
        text switch
        {
            "open" => FailMode.Open,
            "closed" => FailMode.Closed,
            null => rules?.FailsOpen == true ? FailMode.Open : FailMode.Closed,
            _ => throw ProblemException.BadRequest(
                "bad_on_failure",
                "onFailure is open or closed: what to do with content that could not be looked up."
            ),
        };

    /// <summary>The same request has the same bytes: part of what an Idempotency-Key stands for.</summary>
    public byte[] Fingerprint(string what) =>
        Encoding.UTF8.GetBytes(string.Join('\n', Surface, Jurisdiction, Account, ContentRef, FailMode, what));

    public ScanSubject ToSubject(Guid scanId) =>
        new()
        {
            ScanId = scanId,
            Surface = Surface,
            Jurisdiction = Jurisdiction,
            Account = Account,
            ContentRef = ContentRef,
            FailMode = FailMode,
        };

    private static Surface ParseSurface(string? text)
    {
        if (text is not null && Surfaces.TryParse(text, out var surface))
        {
            return surface;
        }
        var known = string.Join(", ", Surfaces.Names);
        throw text is null
            ? ProblemException.BadRequest(
                "surface_missing",
                $"Say where the content stands: surface is one of {known}."
            )
            : ProblemException.BadRequest(
                "surface_unknown",
                $"This surface is not known. Known are {known}."
            );
    }

    /// <summary>A part of a country counts as its country; UK and EL are what some call GB and GR.</summary>
    private static string? ParseJurisdiction(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        var code = text.Split('-')[0].ToUpperInvariant();
        if (text.Length > 6 || !KnownJurisdictions.IsWellFormed(code))
        {
            throw ProblemException.BadRequest(
                "bad_jurisdiction",
                "The jurisdiction is a country's code as DE or US (ISO 3166-1)."
            );
        }
        return code switch
        {
            "UK" => "GB",
            "EL" => "GR",
            _ => code,
        };
    }

    private static string? ParseText(string name, string? text, int max)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        return text.Length <= max && !text.Any(char.IsControl)
            ? text
            : throw ProblemException.BadRequest(
                $"bad_{name}",
                $"{name} has at most {max} characters, none of them a control character."
            );
    }

    private static TimeSpan ParseWait(string? text, ScanLimits limits)
    {
        if (text is null)
        {
            return limits.DefaultWait;
        }
        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= limits.MaxWait.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw ProblemException.BadRequest(
                "bad_wait",
                $"wait is 0 to {limits.MaxWait.TotalSeconds} seconds."
            );
    }

    /// <summary>
    /// Query and headers of a request. Pseudonyms stand in headers: addresses end up in other people's logs.
    /// </summary>
    public static Func<string, string?> Of(HttpRequest request)
    {
        foreach (var name in request.Query.Keys)
        {
            if (name is not ("surface" or "jurisdiction" or "onFailure" or "wait"))
            {
                throw ProblemException.BadRequest(
                    "parameter_unknown",
                    "The query takes surface, jurisdiction, onFailure and wait; send account and contentRef "
                        + "as the headers Vigil-Account and Vigil-Content-Ref."
                );
            }
        }
        return name =>
            name switch
            {
                "account" => OneOf(request.Headers["Vigil-Account"]),
                "contentRef" => OneOf(request.Headers["Vigil-Content-Ref"]),
                "wait" when IsAsync(request) => "0",
                _ => OneOf(request.Query[name]),
            };
    }

    private static string? OneOf(Microsoft.Extensions.Primitives.StringValues values) =>
        values.Count switch
        {
            0 => null,
            1 => values[0],
            _ => throw ProblemException.BadRequest("said_twice", "Say each thing once."),
        };

    private static bool IsAsync(HttpRequest request) =>
        request
            .Headers["Prefer"]
            .Any(prefer => prefer?.Contains("respond-async", StringComparison.Ordinal) == true);
}
