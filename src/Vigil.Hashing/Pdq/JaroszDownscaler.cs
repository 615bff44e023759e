using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vigil.Hashing.Pdq;

/// <summary>
/// The reference's filter (two passes, each a sliding mean along rows and then along columns) and its
/// decimation to 64x64, with every float operation in the reference's order but in another sequence over the
/// picture: sixteen rows at a time go through all four means while they are in the cache, and the last two
/// means are taken only where the 64x64 samples lie. Equal to the bit, because the values of each running sum
/// still meet in the same order.
/// </summary>
/// <remarks>
/// A sum along a row cannot be vectorised along that row, so blocks are turned in registers, eight by eight:
/// there lane = row. A sum along a column can: there lane = column. DESIGN.md beside this file tells it step
/// by step. The loops are compiled at full optimisation at once, because a worker's first picture may be its
/// only large one, and are never inlined: together they have more variables than the compiler tracks, and run
/// three times slower.
/// </remarks>
internal sealed unsafe class JaroszDownscaler
{
    /// <summary>
    /// Rows that go through together: two vectors of eight lanes, whose sums hide each other's latency.
    /// </summary>
    private const int BlockRows = 2 * Lanes;

    private const int Lanes = 8;
    private const int Samples = BoxWindow.Samples;

    private readonly AxisPlan _along = new();
    private readonly AxisPlan _down = new();
    private readonly PinnedFloats _turned = new();
    private readonly PinnedFloats _rowRing = new();
    private readonly PinnedFloats _zeroRow = new();
    private readonly PinnedFloats _columnSums = new();
    private readonly PinnedFloats _sampleBlock = new();
    private readonly PinnedFloats _sampleRing = new();
    private readonly PinnedFloats _sampleSums = new();

    /// <summary>What the stages share during one call: sizes and the places of the working memory.</summary>
    private struct Stage
    {
        public BoxWindow Along;
        public BoxWindow Down;

        /// <summary>Width rounded up to whole vectors; the columns between are zero throughout.</summary>
        public int Columns;

        /// <summary>
        /// Floats from one row of the ring to the next: an odd number of vectors, to spread over cache sets.
        /// </summary>
        public int RowStride;

        /// <summary>Rows in either ring: whole blocks, one more than a window spans.</summary>
        public int RingRows;

        /// <summary>
        /// A block with lane = row: <c>Window</c> columns of zeros, the columns, and zeros to run out on.
        /// </summary>
        public float* Turned;

        /// <summary>Means along rows of the last rows, lane = column.</summary>
        public float* RowRing;
        public float* ZeroRow;
        public float* ColumnSums;
        public float* SampleBlock;
        public float* SampleRing;
        public float* SampleSums;
    }

    /// <summary>Fills the 64x64 small picture, row by row.</summary>
    /// <param name="picture">At least 5 pixels on each side.</param>
    /// <param name="small">4096 floats: luma, 0 to 255.</param>
    public void Downscale(PixelView picture, Span<float> small)
    {
        var stage = Prepare(new BoxWindow(picture.Width), new BoxWindow(picture.Height));
        var end = stage.Down.Steps + stage.Down.Lead;
        var nextSample = 0;
        for (var top = 0; top < end; top += BlockRows)
        {
            if (top < stage.Down.Length)
            {
                TurnLuma(picture, top, stage);
                MeansAlongRows(top, stage);
            }
            if (top < stage.Down.Steps)
            {
                MeansDownColumns(top, stage);
                SampleAlongRows(top, stage);
            }
            nextSample = SampleDownColumns(top, nextSample, stage, small);
        }
    }

    private Stage Prepare(BoxWindow along, BoxWindow down)
    {
        _along.Prepare(along);
        _down.Prepare(down);
        var columns = RoundUp(along.Length, Lanes);
        var stride = columns % BlockRows == 0 ? columns + Lanes : columns;
        var ringRows = RoundUp(down.Window + BlockRows, BlockRows);
        var turnedColumns = along.Window + columns + along.Lead + Lanes;
        return new Stage
        {
            Along = along,
            Down = down,
            Columns = columns,
            RowStride = stride,
            RingRows = ringRows,
            Turned = _turned.Zeroed(turnedColumns * BlockRows),
            RowRing = _rowRing.AtLeast(ringRows * stride),
            ZeroRow = _zeroRow.Zeroed(Math.Max(columns, Samples)),
            ColumnSums = _columnSums.Zeroed(columns),
            SampleBlock = _sampleBlock.AtLeast(Samples * BlockRows),
            SampleRing = _sampleRing.AtLeast(ringRows * Samples),
            SampleSums = _sampleSums.Zeroed(Samples),
        };
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>
    /// Luma of rows <paramref name="top"/> to top + 15 into the turned block; rows below the picture are
    /// zero.
    /// </summary>
    // SAFETY: tiles are read only where the row's remaining bytes cover a whole vector (else the tail is read
    // pixel by pixel), and columns x + 7 < stage.Columns are inside the turned block that Prepare sized.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TurnLuma(PixelView picture, int top, in Stage stage)
    {
        var bytesPerPixel = (int)picture.Layout;
        var readBytes = picture.Layout == PixelLayout.Rgb24 ? LumaRow.RgbReadBytes : Lanes;
        fixed (byte* pixels = picture.Pixels)
        {
            var end = pixels + picture.Pixels.Length;
            for (var group = 0; group < BlockRows; group += Lanes)
            {
                var rows = Math.Clamp(picture.Height - top - group, 0, Lanes);
                var row = pixels + (long)(top + group) * picture.StrideBytes;
                var target = stage.Turned + (stage.Along.Window * BlockRows) + group;
                for (var x = 0; x < stage.Columns; x += Lanes, target += Lanes * BlockRows)
                {
                    var source = row + x * bytesPerPixel;
                    var last = source + (long)(rows - 1) * picture.StrideBytes;
                    var whole = rows == Lanes && x + Lanes <= picture.Width && end - last >= readBytes;
                    var tile = whole
                        ? WholeTile(source, picture.StrideBytes, picture.Layout)
                        : PartTile(source, picture, rows, Math.Min(Lanes, picture.Width - x));
                    tile.Transpose();
                    tile.Store(target, BlockRows);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Tile8 WholeTile(byte* source, nint stride, PixelLayout layout) =>
        layout == PixelLayout.Rgb24
            ? new Tile8
            {
                R0 = LumaRow.EightRgb(source),
                R1 = LumaRow.EightRgb(source + stride),
                R2 = LumaRow.EightRgb(source + 2 * stride),
                R3 = LumaRow.EightRgb(source + 3 * stride),
                R4 = LumaRow.EightRgb(source + 4 * stride),
                R5 = LumaRow.EightRgb(source + 5 * stride),
                R6 = LumaRow.EightRgb(source + 6 * stride),
                R7 = LumaRow.EightRgb(source + 7 * stride),
            }
            : new Tile8
            {
                R0 = LumaRow.EightGrey(source),
                R1 = LumaRow.EightGrey(source + stride),
                R2 = LumaRow.EightGrey(source + 2 * stride),
                R3 = LumaRow.EightGrey(source + 3 * stride),
                R4 = LumaRow.EightGrey(source + 4 * stride),
                R5 = LumaRow.EightGrey(source + 5 * stride),
                R6 = LumaRow.EightGrey(source + 6 * stride),
                R7 = LumaRow.EightGrey(source + 7 * stride),
            };

    // SAFETY: only the first `rows` rows and `columns` pixels are read; the buffer holds a whole tile.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Tile8 PartTile(byte* source, PixelView picture, int rows, int columns)
    {
        var tile = stackalloc float[Lanes * Lanes];
        new Span<float>(tile, Lanes * Lanes).Clear();
        for (var row = 0; row < rows; row++)
        {
            LumaRow.Pixels(
                source + (long)row * picture.StrideBytes,
                columns,
                picture.Layout,
                tile + row * Lanes
            );
        }
        return Tile8.Load(tile, Lanes);
    }

    /// <summary>
    /// First pass, along rows: the block's sums move over the columns; the means go back to lane = column.
    /// </summary>
    // SAFETY: steps run to Columns + Lead - 1, within the turned block; the block's rows are consecutive in
    // the ring because both begin at multiples of BlockRows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void MeansAlongRows(int top, in Stage stage)
    {
        var add = stage.Turned + stage.Along.Window * BlockRows;
        var subtract = stage.Turned;
        var (sumA, sumB) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var lead = stage.Along.Lead;
        for (var step = 0; step < lead; step++, add += BlockRows, subtract += BlockRows)
        {
            sumA = sumA + Vector256.Load(add) - Vector256.Load(subtract);
            sumB = sumB + Vector256.Load(add + Lanes) - Vector256.Load(subtract + Lanes);
        }
        var ring = stage.RowRing + (long)(top % stage.RingRows) * stage.RowStride;
        Tile8 a = default;
        Tile8 b = default;
        fixed (float* counts = &_along.Counts[lead])
        {
            for (var x = 0; x < stage.Columns; x += Lanes)
            {
                Step(ref sumA, ref sumB, ref add, ref subtract, counts[x], out a.R0, out b.R0);
                Step(ref sumA, ref sumB, ref add, ref subtract, counts[x + 1], out a.R1, out b.R1);
                Step(ref sumA, ref sumB, ref add, ref subtract, counts[x + 2], out a.R2, out b.R2);
                Step(ref sumA, ref sumB, ref add, ref subtract, counts[x + 3], out a.R3, out b.R3);
                Step(ref sumA, ref sumB, ref add, ref subtract, counts[x + 4], out a.R4, out b.R4);
                Step(ref sumA, ref sumB, ref add, ref subtract, counts[x + 5], out a.R5, out b.R5);
                Step(ref sumA, ref sumB, ref add, ref subtract, counts[x + 6], out a.R6, out b.R6);
                Step(ref sumA, ref sumB, ref add, ref subtract, counts[x + 7], out a.R7, out b.R7);
                a.Transpose();
                b.Transpose();
                a.Store(ring + x, stage.RowStride);
                b.Store(ring + x + (long)Lanes * stage.RowStride, stage.RowStride);
            }
        }
    }

    /// <summary>One column further: take in, let go, mean. Both halves of the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        ref Vector256<float> sumA,
        ref Vector256<float> sumB,
        ref float* add,
        ref float* subtract,
        float count,
        out Vector256<float> meanA,
        out Vector256<float> meanB
    )
    {
        var divisor = Vector256.Create(count);
        sumA = sumA + Vector256.Load(add) - Vector256.Load(subtract);
        sumB = sumB + Vector256.Load(add + Lanes) - Vector256.Load(subtract + Lanes);
        meanA = sumA / divisor;
        meanB = sumB / divisor;
        add += BlockRows;
        subtract += BlockRows;
    }

    /// <summary>
    /// First pass, down columns, into the turned block again: lane = step, that is row + Lead.
    /// </summary>
    // SAFETY: the pointers of rows outside the picture are those of a row of zeros; the others are ring rows
    // that RingRows keeps until a whole window has passed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void MeansDownColumns(int top, in Stage stage)
    {
        var add = stackalloc float*[Lanes];
        var subtract = stackalloc float*[Lanes];
        for (var group = 0; group < BlockRows; group += Lanes)
        {
            for (var i = 0; i < Lanes; i++)
            {
                var step = top + group + i;
                add[i] = RingRow(step, stage);
                subtract[i] = RingRow(step - stage.Down.Window, stage);
            }
            var target = stage.Turned + stage.Along.Window * BlockRows + group;
            fixed (float* counts = &_down.Counts[Math.Min(top + group, stage.Down.Steps)])
            {
                for (var x = 0; x < stage.Columns; x += Lanes, target += Lanes * BlockRows)
                {
                    var sum = Vector256.Load(stage.ColumnSums + x);
                    Tile8 tile;
                    tile.R0 = Down(ref sum, add[0] + x, subtract[0] + x, counts[0]);
                    tile.R1 = Down(ref sum, add[1] + x, subtract[1] + x, counts[1]);
                    tile.R2 = Down(ref sum, add[2] + x, subtract[2] + x, counts[2]);
                    tile.R3 = Down(ref sum, add[3] + x, subtract[3] + x, counts[3]);
                    tile.R4 = Down(ref sum, add[4] + x, subtract[4] + x, counts[4]);
                    tile.R5 = Down(ref sum, add[5] + x, subtract[5] + x, counts[5]);
                    tile.R6 = Down(ref sum, add[6] + x, subtract[6] + x, counts[6]);
                    tile.R7 = Down(ref sum, add[7] + x, subtract[7] + x, counts[7]);
                    sum.Store(stage.ColumnSums + x);
                    tile.Transpose();
                    tile.Store(target, BlockRows);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Down(ref Vector256<float> sum, float* add, float* subtract, float count)
    {
        sum = sum + Vector256.Load(add) - Vector256.Load(subtract);
        return sum / Vector256.Create(count);
    }

    private static float* RingRow(int row, in Stage stage) =>
        row < 0 || row >= stage.Down.Length
            ? stage.ZeroRow
            : stage.RowRing + (long)(row % stage.RingRows) * stage.RowStride;

    /// <summary>
    /// Second pass, along rows: the sums still meet every column, but a mean is taken at 64 of them.
    /// </summary>
    // SAFETY: the last sample's step is below Columns + Lead; the sample block and ring hold 64 x 16 and 16 x
    // 64 floats.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void SampleAlongRows(int top, in Stage stage)
    {
        var add = stage.Turned + stage.Along.Window * BlockRows;
        var subtract = stage.Turned;
        var (sumA, sumB) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var step = -1;
        for (var sample = 0; sample < Samples; sample++)
        {
            for (; step < _along.SampleSteps[sample]; step++, add += BlockRows, subtract += BlockRows)
            {
                sumA = sumA + Vector256.Load(add) - Vector256.Load(subtract);
                sumB = sumB + Vector256.Load(add + Lanes) - Vector256.Load(subtract + Lanes);
            }
            var divisor = Vector256.Create(_along.Counts[step]);
            (sumA / divisor).Store(stage.SampleBlock + sample * BlockRows);
            (sumB / divisor).Store(stage.SampleBlock + sample * BlockRows + Lanes);
        }
        var ring = stage.SampleRing + (long)(top % stage.RingRows) * Samples;
        for (var sample = 0; sample < Samples; sample += Lanes)
        {
            for (var group = 0; group < BlockRows; group += Lanes)
            {
                var tile = Tile8.Load(stage.SampleBlock + sample * BlockRows + group, BlockRows);
                tile.Transpose();
                tile.Store(ring + group * Samples + sample, Samples);
            }
        }
    }

    /// <summary>Second pass, down the 64 columns: again a mean is taken only at the sampled rows.</summary>
    /// <returns>The next sample row that is still to come.</returns>
    // SAFETY: 64 floats stand at each ring row, at the row of zeros and at the sums.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int SampleDownColumns(int top, int nextSample, in Stage stage, Span<float> small)
    {
        var first = Math.Max(0, top - stage.Down.Lead);
        var last = Math.Min(stage.Down.Steps, top - stage.Down.Lead + BlockRows);
        for (var step = first; step < last; step++)
        {
            var add = SampleRow(step, stage);
            var subtract = SampleRow(step - stage.Down.Window, stage);
            for (var x = 0; x < Samples; x += Lanes)
            {
                var sum =
                    Vector256.Load(stage.SampleSums + x)
                    + Vector256.Load(add + x)
                    - Vector256.Load(subtract + x);
                sum.Store(stage.SampleSums + x);
            }
            for (; nextSample < Samples && _down.SampleSteps[nextSample] == step; nextSample++)
            {
                for (var x = 0; x < Samples; x++)
                {
                    small[nextSample * Samples + x] = stage.SampleSums[x] / _down.Counts[step];
                }
            }
        }
        return nextSample;
    }

    /// <summary>Rows of the first pass stand in the ring by the step that made them.</summary>
    private static float* SampleRow(int row, in Stage stage) =>
        row < 0 || row >= stage.Down.Length
            ? stage.ZeroRow
            : stage.SampleRing + (long)((row + stage.Down.Lead) % stage.RingRows) * Samples;
}
