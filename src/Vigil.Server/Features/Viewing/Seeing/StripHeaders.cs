using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vigil.Media;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>How a page cuts frames out of the picture that holds them, and when each is shown.</summary>
internal static class StripHeaders
{
    /// <summary>As "16x160x178": columns, then pixels of each frame, with the strip of its watermark.</summary>
    public const string Grid = "Vigil-Frame-Grid";

    /// <summary>Seconds of each frame, rising, with commas between; at most 240.</summary>
    public const string Times = "Vigil-Frame-Times";

    /// <summary>When the last frame of the video itself is shown, in seconds.</summary>
    public const string Last = "Vigil-Video-Seconds";

    public static void Set(IHeaderDictionary headers, Rendition strip)
    {
        var grid = strip.Grid!;
        headers[Grid] = $"{grid.Columns}x{grid.Width}x{grid.Height}";
        headers[Times] = string.Join(',', strip.FrameSeconds.Select(Number));
        headers[Last] = Number(strip.LastSeconds);
    }

    private static string Number(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);
}
