namespace Vigil.Media;

/// <summary>How much of a picture's detail is destroyed. What is gone cannot be computed back.</summary>
public enum BlurLevel
{
    None,

    /// <summary>48 samples along the longer side are left.</summary>
    Light,

    /// <summary>16 samples along the longer side are left.</summary>
    Strong,
}

public enum RenditionTone
{
    Colour,
    Grey,

    /// <summary>Outlines on black; nothing between them.</summary>
    Edges,
}

/// <summary>One piece of a picture that is cut into rows and columns of equal size.</summary>
/// <param name="Grid">Rows and columns, 2 to 8.</param>
public sealed record RenditionTile(int Grid, int Column, int Row);

/// <summary>What is made of a file for a person to see.</summary>
public sealed record RenditionRequest
{
    public const int MinSide = 16;
    public const int LargestSide = 1600;

    /// <summary>Longer side of what is called small.</summary>
    public const int SmallSide = 160;

    /// <value>Strong.</value>
    public BlurLevel Blur { get; init; } = BlurLevel.Strong;

    /// <value>Grey.</value>
    public RenditionTone Tone { get; init; } = RenditionTone.Grey;

    /// <summary>Pixels of the longer side of the whole picture, <see cref="MinSide"/> to <see cref="LargestSide"/>;
    /// smaller pictures stay as they are.</summary>
    /// <value>160.</value>
    public int MaxSidePixels { get; init; } = SmallSide;

    /// <summary>Only this piece of it.</summary>
    public RenditionTile? Tile { get; init; }

    /// <summary>
    /// Burnt in: on a strip below the picture, and faintly across it. At most <see cref="MaxMarkCharacters"/>
    /// printable ASCII; who sees it, as a pseudonym, and when.
    /// </summary>
    public required string Watermark { get; init; }

    public const int MaxMarkCharacters = 44;

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Check()
    {
        Require(
            MaxSidePixels is >= MinSide and <= LargestSide,
            "The longer side must be 16 to 1600 pixels.",
            nameof(MaxSidePixels)
        );
        Require(
            Watermark.Length is >= 1 and <= MaxMarkCharacters && Watermark.All(c => c is >= ' ' and <= '~'),
            "A watermark is 1 to 44 printable ASCII characters.",
            nameof(Watermark)
        );
        Require(
            Tile is null
                || (
                    Tile.Grid is >= 2 and <= 8
                    && IsWithin(Tile.Column, Tile.Grid)
                    && IsWithin(Tile.Row, Tile.Grid)
                ),
            "A tile lies in a grid of 2 to 8 rows and columns.",
            nameof(Tile)
        );
    }

    private static bool IsWithin(int place, int grid) => place >= 0 && place < grid;

    private static void Require(bool holds, string message, string parameter)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(parameter, message);
        }
    }
}

/// <summary>Frames in rows, from left to right.</summary>
/// <param name="Width">Pixels of each, with the strip of its watermark.</param>
/// <param name="Height">Likewise.</param>
public sealed record FrameGrid(int Columns, int Width, int Height);

/// <summary>A picture made for a person: a JPEG of pixels alone, without any metadata of the file.</summary>
public sealed record Rendition
{
    public required MediaOutcome Outcome { get; init; }

    /// <summary>Empty unless the outcome is Done.</summary>
    public byte[] Jpeg { get; init; } = [];

    public MediaFormat Format { get; init; }

    /// <summary>Pixels of the file's picture, upright; of a video's frame, as stored.</summary>
    public int SourceWidth { get; init; }

    public int SourceHeight { get; init; }

    /// <summary>Frames in the file: over 1, and this shows one of them, or some.</summary>
    public int Frames { get; init; }

    /// <summary>Pixels of what is shown of it, without the strip of the watermark.</summary>
    public int Width { get; init; }

    public int Height { get; init; }

    /// <summary>The file ends early: this is what decoded.</summary>
    public bool Truncated { get; init; }

    /// <summary>Of a contact sheet or strip: when each of its frames is shown, in seconds, rising.</summary>
    public IReadOnlyList<double> FrameSeconds { get; init; } = [];

    /// <summary>Of a strip: where its frames stand.</summary>
    public FrameGrid? Grid { get; init; }

    /// <summary>Of a video: when the last frame is shown.</summary>
    public double LastSeconds { get; init; }

    /// <summary>What can be done about an outcome that is not Done.</summary>
    public string Advice { get; init; } = "";
}
