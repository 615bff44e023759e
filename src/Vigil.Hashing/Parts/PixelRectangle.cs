namespace Vigil.Hashing;

/// <summary>A piece of a picture, in pixels from its top left.</summary>
public readonly record struct PixelRectangle(int Left, int Top, int Width, int Height)
{
    public int Right => Left + Width;

    public int Bottom => Top + Height;

    public long Area => (long)Width * Height;

    public static PixelRectangle WholeOf(PixelView picture) => new(0, 0, picture.Width, picture.Height);

    /// <summary>Each edge is within <paramref name="pixels"/> of the other's.</summary>
    internal bool IsNear(PixelRectangle other, int pixels) =>
        Math.Abs(Left - other.Left) <= pixels
        && Math.Abs(Top - other.Top) <= pixels
        && Math.Abs(Right - other.Right) <= pixels
        && Math.Abs(Bottom - other.Bottom) <= pixels;
}
