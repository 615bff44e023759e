using System.Diagnostics;
using System.Net;
using Vigil.Server.Tests.People;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Videos of ffmpeg's own patterns, and people who go through them or listen.</summary>
internal static class VideoWork
{
    /// <summary>A moving pattern with a clock in it, and a tone.</summary>
    public static byte[] Clip(int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("vigil-clip-");
        var path = Path.Combine(folder.FullName, "clip.mp4");
        string[] arguments =
        [
            "-nostdin",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            $"testsrc2=duration={seconds}:size=320x240:rate=10",
            "-f",
            "lavfi",
            "-i",
            $"sine=duration={seconds}",
            "-preset",
            "ultrafast",
            path,
        ];
        using (var process = Process.Start("ffmpeg", arguments))
        {
            process.WaitForExit();
        }
        var bytes = File.ReadAllBytes(path);
        folder.Delete(recursive: true);
        return bytes;
    }

    public static Task<ConsoleUser.Answer> StripAsync(
        this ConsoleUser user,
        Guid content,
        string shownAs = "strip_strong",
        string reason = "grade",
        string text = "Grading the case."
    ) =>
        user.FieldsAsync(
            content,
            $"/console/contents/{content}/strip",
            ("as", shownAs),
            ("reason", reason),
            ("text", text)
        );

    public static Task<ConsoleUser.Answer> SoundAsync(
        this ConsoleUser user,
        Guid content,
        string on = "on",
        string text = "Grading the case."
    ) =>
        user.FieldsAsync(
            content,
            $"/console/contents/{content}/sound",
            ("on", on),
            ("reason", "grade"),
            ("text", text)
        );

    public static string HeaderOf(this ConsoleUser.Answer answer, string name) =>
        answer.Raw.Headers.GetValues(name).Single();

    /// <summary>An answer that was refused, and shows and plays nothing.</summary>
    public static void IsRefused(this ConsoleUser.Answer answer, HttpStatusCode status, string code)
    {
        Assert.Equal((status, code), (answer.Status, answer.Code));
        var type = answer.Raw.Content.Headers.ContentType!.MediaType!;
        Assert.DoesNotContain("image", type, StringComparison.Ordinal);
        Assert.DoesNotContain("audio", type, StringComparison.Ordinal);
    }
}
