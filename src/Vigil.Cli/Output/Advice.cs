using System.Text.Json;
using Vigil.Files;
using Vigil.Media;

namespace Vigil.Cli.Output;

/// <summary>Why one input could not be processed: a stable code for programs, advice for people.</summary>
internal sealed record Failure(string Code, string Advice);

/// <summary>What a person can do about an error.</summary>
internal static class Advice
{
    private const int DiskFull = 28; // ENOSPC, errno(3)

    /// <summary>The error in words, with what to do where the system's own words do not say.</summary>
    public static string For(Exception error) =>
        error switch
        {
            IOException { HResult: DiskFull } =>
                "No space left on the disk: free some and run again. What was there before is unchanged.",
            UnauthorizedAccessException =>
                $"{error.Message} Run as a user that may, or choose another folder with --data.",
            _ => error.Message,
        };

    /// <summary>Null where the file was looked at in full.</summary>
    public static Failure? For(MediaResult result) =>
        result switch
        {
            { Outcome: MediaOutcome.Done or MediaOutcome.NotMedia } => null,
            { Format: MediaFormat.Video, Outcome: MediaOutcome.Unsupported } => new Failure(
                "video",
                result.Advice
            ),
            { Outcome: MediaOutcome.TooManyBytes } => new Failure(
                Kebab(result.Outcome),
                "The file is larger than the limit: raise it with --max-bytes."
            ),
            _ => new Failure(
                Kebab(result.Outcome),
                result.Advice.Length > 0 ? result.Advice : "It could not be looked at: have a person do it."
            ),
        };

    /// <summary>The message without the name it begins with: output names the file itself.</summary>
    public static Failure For(string path, InputFileException error)
    {
        var named = $"'{path}' ";
        var advice = error.Message.StartsWith(named, StringComparison.Ordinal)
            ? error.Message[named.Length..]
            : error.Message;
        return new Failure(Kebab(error.Problem), advice);
    }

    /// <summary>The stable spelling of an enumeration's member in output.</summary>
    public static string Kebab<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
