using System.Text.Json;
using Vigil.CyberTip;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Reads what a platform tells: strictly when it comes in, as it stands when it is used.</summary>
internal static class SubjectJson
{
    private static readonly string[] OfTheReport =
    [
        "report/incidentSummary",
        "report/incidentSummary/incidentType",
        "report/reporter",
        "report/reporter/reportingPerson",
    ];

    /// <exception cref="ProblemException">What is wrong, by path, without any value.</exception>
    public static void Check(ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var request = JsonBody.Parse<SubjectRequest>(body);
        CheckCounts(request);
        CheckChats(request.Chats ?? []);
        var reading = DraftOf(request);
        var rules = new RuleContext { Now = now, Version = SchemaVersion.V2026 };
        var findings = ReportRules
            .Check(reading, rules)
            .Where(finding => !IsOfTheReport(finding))
            .Concat(reading.Value is { } draft ? SubjectBans.Of(draft) : [])
            .Select(finding => finding with { Path = PathOf(finding.Path) });
        FindingText.ThrowIfAny("bad_subject", "What is told of the subject", [.. findings]);
    }

    /// <summary>What was accepted before.</summary>
    public static SubjectTold Read(ReadOnlySpan<byte> body, int version)
    {
        var request = JsonBody.Parse<SubjectRequest>(body);
        var draft = DraftOf(request).Value;
        var contents = request.Contents ?? [];
        return new SubjectTold
        {
            Version = version,
            Report = draft?.Report,
            Contents = contents
                .Zip(draft?.FileDetails ?? [])
                .ToDictionary(
                    pair => pair.First.ContentRef!.Trim(),
                    pair => pair.Second,
                    StringComparer.Ordinal
                ),
            Chats = [.. (request.Chats ?? []).Select(chat => (chat.Name!.Trim(), chat.Text!))],
        };
    }

    private static void CheckCounts(SubjectRequest request)
    {
        Most(request.Contents?.Count ?? 0, DraftLimits.Contents, "contents");
        Most(request.Chats?.Count ?? 0, DraftLimits.Chats, "chats");
        var references = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, content) in (request.Contents ?? []).Index())
        {
            var reference = Required(
                content?.ContentRef,
                DraftLimits.ContentRefCharacters,
                $"contents[{index + 1}]/contentRef"
            );
            if (!references.Add(reference))
            {
                throw ProblemException.BadRequest(
                    "repeated_content",
                    $"'contents[{index + 1}]/contentRef' stands twice: tell of each content once."
                );
            }
        }
    }

    private static void CheckChats(IReadOnlyList<ChatTold> chats)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, chat) in chats.Index())
        {
            var name = Required(chat?.Name, DraftLimits.FileNameCharacters, $"chats[{index + 1}]/name");
            _ = Required(chat?.Text, DraftLimits.ChatCharacters, $"chats[{index + 1}]/text");
            if (name.Any(c => c is '/' or '\\' || char.IsControl(c)) || !names.Add(name))
            {
                throw ProblemException.BadRequest(
                    "bad_chat_name",
                    $"'chats[{index + 1}]/name' is a file name without folders that no other chat has."
                );
            }
        }
    }

    private static void Most(int count, int most, string member)
    {
        if (count > most)
        {
            throw ProblemException.BadRequest(
                "too_many",
                $"'{member}' has at most {most}: send those that matter."
            );
        }
    }

    private static string Required(string? text, int most, string member) =>
        string.IsNullOrWhiteSpace(text) || text.Trim().Length > most
            ? throw ProblemException.BadRequest("missing", $"'{member}' is required: 1 to {most} characters.")
            : text.Trim();

    /// <summary>The parts as a draft of the library, so that one reader knows all the words.</summary>
    private static Reading<Draft> DraftOf(SubjectRequest request)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("report");
            Write(writer, request.Report, "report");
            writer.WriteStartArray("fileDetails");
            foreach (var (index, content) in (request.Contents ?? []).Index())
            {
                Write(writer, content.File, $"contents[{index + 1}]/file");
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return ReportJson.Read(bytes.ToArray(), DraftLimits.Document);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                JsonLists.Check(value, path);
                value.WriteTo(writer);
                break;
            case JsonValueKind.Undefined or JsonValueKind.Null:
                writer.WriteStartObject();
                writer.WriteEndObject();
                break;
            default:
                throw ProblemException.BadRequest("bad_subject", $"'{path}' is an object.");
        }
    }

    /// <summary>What the report gets from elsewhere is not missing here.</summary>
    private static bool IsOfTheReport(Finding finding) =>
        (finding.Rule == Rule.Required && OfTheReport.Contains(finding.Path))
        || finding.Rule == Rule.ReporterEmail;

    private static string PathOf(string path) =>
        path.StartsWith("fileDetails[", StringComparison.Ordinal)
        && path.IndexOf(']', StringComparison.Ordinal) is var end and > 0
            ? $"contents{path["fileDetails".Length..(end + 1)]}/file{path[(end + 1)..]}"
            : path;
}
