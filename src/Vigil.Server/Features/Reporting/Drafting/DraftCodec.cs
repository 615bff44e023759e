using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>A draft as the bytes that are sealed. Reading gives an equal draft.</summary>
internal static class DraftCodec
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new TipConverter() },
        MaxDepth = 64,
    };

    public static byte[] Write(ReportDraft draft) => JsonSerializer.SerializeToUtf8Bytes(draft, Json);

    /// <exception cref="JsonException">Not a draft.</exception>
    public static ReportDraft Read(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize<ReportDraft>(bytes, Json) ?? throw new JsonException("No draft.");

    /// <summary>The parts that every reader counts on are there, if empty.</summary>
    public static Draft Whole(Draft draft)
    {
        var report = draft.Report;
        return draft with
        {
            Report = report with
            {
                IncidentSummary =
                    report.IncidentSummary
                    ?? new IncidentSummary { IncidentType = default, IncidentDateTime = default },
                Reporter = (report.Reporter ?? new Reporter { ReportingPerson = new Person() })
                    is var reporter
                    ? reporter with
                    {
                        ReportingPerson = reporter.ReportingPerson ?? new Person(),
                    }
                    : null!,
            },
        };
    }

    private sealed class TipConverter : JsonConverter<Draft>
    {
        public override Draft Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var bytes = JsonSerializer.SerializeToUtf8Bytes(document.RootElement);
            return Whole(ReportJson.Read(bytes).Value ?? throw new JsonException("No report."));
        }

        public override void Write(Utf8JsonWriter writer, Draft value, JsonSerializerOptions options) =>
            writer.WriteRawValue(ReportJson.Write(value));
    }
}
