namespace Vigil.Hashing;

/// <summary>Which pieces of a picture are hashed beside the whole.</summary>
[Flags]
public enum PartKinds
{
    None = 0,

    /// <summary>The picture without its border: letterboxes, frames, padding.</summary>
    Border = 1,

    /// <summary>Pictures within the picture: the cells of a collage, what a screenshot shows.</summary>
    Regions = 2,
}

/// <summary>Which piece of a picture a hash stands for.</summary>
public enum PicturePart : byte
{
    Whole,

    /// <summary>The picture without the border of the outermost colour.</summary>
    Borderless,

    /// <summary>Without the borders within that border too.</summary>
    Innermost,

    /// <summary>Pieces between lines of one colour, the largest first.</summary>
    Region1,
    Region2,
    Region3,
    Region4,
    Region5,
    Region6,
    Region7,
    Region8,

    /// <summary>Fixed pieces of what is within the border: cells of a collage without lines between them.</summary>
    LeftHalf,
    RightHalf,
    TopHalf,
    BottomHalf,
    TopLeftQuarter,
    TopRightQuarter,
    BottomLeftQuarter,
    BottomRightQuarter,
}

/// <summary>A piece of a picture and where it is.</summary>
public readonly record struct FoundPart(PicturePart Part, PixelRectangle Place);
