using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Cli.Output;
using Vigil.Files;

namespace Vigil.Cli.Installation;

/// <summary>`vigil.json` of the data folder: what is set for good. Names that it does not know are errors.</summary>
internal sealed record SettingsFile(MediaSection? Media = null, ServerSection? Server = null)
{
    private const int MaxBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>Empty where there is no file.</summary>
    /// <exception cref="UsageException">It is not as expected.</exception>
    public static SettingsFile Read(string path)
    {
        if (!Path.Exists(path))
        {
            return new SettingsFile();
        }
        try
        {
            using var stream = InputFile.OpenRead(path);
            return stream.Length > MaxBytes
                ? throw new UsageException($"{Printable.Of(path)} is larger than {MaxBytes} bytes.")
                : JsonSerializer.Deserialize<SettingsFile>(stream, Json) ?? new SettingsFile();
        }
        catch (JsonException e)
        {
            throw new UsageException(
                $"{Printable.Of(path)} is not as expected (line {e.LineNumber + 1}): correct it, for example "
                    + """{"media": {"sandbox": "required"}, "server": {"urls": ["http://127.0.0.1:8480"]}}."""
            );
        }
    }
}

internal sealed record MediaSection(string? Sandbox = null);

/// <summary>As the options of `vigil serve`, without the dashes.</summary>
internal sealed record ServerSection(
    IReadOnlyList<string>? Urls = null,
    string? Database = null,
    string? Profile = null,
    string? Role = null,
    string? TlsCert = null,
    string? TlsKey = null,
    IReadOnlyList<string>? BehindProxy = null,
    [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] int? DrainSeconds = null,
    string? LogFormat = null,
    string? OtlpEndpoint = null,
    IReadOnlyList<string>? AllowOutbound = null,
    string? AlarmCommand = null,
    string? Queries = null,
    string? SignOnIssuer = null,
    string? SignOnClient = null,
    IReadOnlyList<string>? SignOnStrong = null,
    [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] int? DutyMaxAgeDays = null,
    string? SharesFolder = null
);
