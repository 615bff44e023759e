using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Features.Scan.Deciding;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>
/// What a caller is told: one decision, and no more about lists, distances or thresholds. All answers have the
/// same members.
/// </summary>
internal sealed record ScanAnswer
{
    public const string NotScanned = "not_scanned";
    public const string Pending = "pending";

    /// <summary>In a batch: the caller's own id of the item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>
    /// none (no known match; it says nothing more), review, block, not_scanned (it could not or may not be
    /// looked up; the code says why), or pending.
    /// </summary>
    public required string Decision { get; init; }

    /// <summary>With review and block.</summary>
    public string? CaseRef { get; init; }

    public required Guid ScanId { get; init; }

    /// <summary>With not_scanned.</summary>
    public string? Code { get; init; }

    /// <summary>In a batch, of an item that is wrong: what to do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    public long? PolicyVersion { get; init; }
    public long? ListGeneration { get; init; }

    /// <summary>open or closed: what holds for this scan.</summary>
    public required string OnFailure { get; init; }

    /// <summary>With not_scanned: allow or hold, by onFailure.</summary>
    public string? Action { get; init; }

    /// <summary>Only lists of SAMPLE pictures matched.</summary>
    public bool Test { get; init; }

    public static ScanAnswer Of(Decision decision, FailMode mode) =>
        new()
        {
            Decision = JsonNamingPolicy.SnakeCaseLower.ConvertName(decision.Outcome.ToString()),
            CaseRef = decision.CaseRef,
            ScanId = decision.ScanId,
            Code = decision.Code,
            PolicyVersion = decision.PolicyVersion,
            ListGeneration = decision.ListGeneration,
            OnFailure = NameOf(mode),
            Action = decision.Outcome == Outcome.NotScanned ? ActionOf(mode) : null,
            Test = decision.IsTest,
        };

    public static ScanAnswer NotDone(Guid scanId, string code, FailMode mode) =>
        new()
        {
            Decision = NotScanned,
            ScanId = scanId,
            Code = code,
            OnFailure = NameOf(mode),
            Action = ActionOf(mode),
        };

    public static ScanAnswer Waiting(Guid scanId, FailMode mode) =>
        new()
        {
            Decision = Pending,
            ScanId = scanId,
            OnFailure = NameOf(mode),
        };

    public static string NameOf(FailMode mode) => mode == FailMode.Open ? "open" : "closed";

    public static string ActionOf(FailMode mode) => mode == FailMode.Open ? "allow" : "hold";
}

/// <summary>
/// Answers filled up with spaces to one length: who sees only the size of an encrypted answer learns nothing
/// of the decision.
/// </summary>
internal sealed class PaddedAnswer(ScanAnswer answer) : IResult
{
    public const int LengthBytes = 512;

    public static byte[] Bytes(ScanAnswer answer)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(answer, JsonSerializerOptions.Web);
        var padded = new byte[Math.Max(LengthBytes, json.Length)];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        return padded;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var bytes = Bytes(answer);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        if (answer.Decision == ScanAnswer.Pending && HttpMethods.IsPost(httpContext.Request.Method))
        {
            response.StatusCode = StatusCodes.Status202Accepted;
            response.Headers.Location = $"/v1/scan/{answer.ScanId}";
        }
        await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }
}
