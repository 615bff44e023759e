using System.Text.Json;

namespace Vigil.Server.Features.Viewing.Checkins;

/// <param name="Id">Stable: answers are kept by it.</param>
public sealed record CheckinQuestion(string Id, string Text);

/// <summary>The questions of a check-in: data with its source, for who wants others.</summary>
/// <param name="Scale">What an answer says, from 0 on.</param>
public sealed record CheckinQuestions(
    string Source,
    IReadOnlyList<string> Scale,
    IReadOnlyList<CheckinQuestion> Questions
)
{
    private const string File = "Features/Viewing/Checkins/Data/checkin.json";

    public static readonly CheckinQuestions Known = Read();

    private static CheckinQuestions Read()
    {
        using var stream =
            typeof(CheckinQuestions).Assembly.GetManifestResourceStream(File)
            ?? throw new InvalidOperationException($"{File} is not in this assembly.");
        return JsonSerializer.Deserialize<CheckinQuestions>(stream, JsonSerializerOptions.Web)!;
    }
}
