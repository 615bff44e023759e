namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <param name="Mark">"+" it is new, "-" it is gone, " " it stands beside a change.</param>
public sealed record LineChange(char Mark, string Line);

/// <summary>What changed between two texts, line by line, with a line around each change.</summary>
internal static class LineDiff
{
    /// <summary>Longer texts are compared by their ends only, so that nobody's draft costs more.</summary>
    private const int MaxCells = 4_000_000;
    private const int Around = 1;

    public static IReadOnlyList<LineChange> Of(string before, string after)
    {
        var (left, right) = (before.Split('\n'), after.Split('\n'));
        var head = 0;
        while (head < left.Length && head < right.Length && left[head] == right[head])
        {
            head++;
        }
        var tail = 0;
        while (
            tail < left.Length - head && tail < right.Length - head && left[^(tail + 1)] == right[^(tail + 1)]
        )
        {
            tail++;
        }
        if (head == left.Length && head == right.Length)
        {
            return [];
        }
        return Shortened([
            .. left[..head].Select(line => new LineChange(' ', line)),
            .. Middle(left[head..^tail], right[head..^tail]),
            .. left[^tail..].Select(line => new LineChange(' ', line)),
        ]);
    }

    /// <summary>By the longest common subsequence.</summary>
    private static List<LineChange> Middle(string[] left, string[] right)
    {
        if ((long)(left.Length + 1) * (right.Length + 1) > MaxCells)
        {
            return
            [
                .. left.Select(line => new LineChange('-', line)),
                .. right.Select(line => new LineChange('+', line)),
            ];
        }
        var common = new int[left.Length + 1, right.Length + 1];
        for (var l = left.Length - 1; l >= 0; l--)
        {
            for (var r = right.Length - 1; r >= 0; r--)
            {
                common[l, r] =
                    left[l] == right[r]
                        ? common[l + 1, r + 1] + 1
                        : Math.Max(common[l + 1, r], common[l, r + 1]);
            }
        }
        return Walk(left, right, common);
    }

    private static List<LineChange> Walk(string[] left, string[] right, int[,] common)
    {
        var (changes, l, r) = (new List<LineChange>(), 0, 0);
        while (l < left.Length || r < right.Length)
        {
            if (l < left.Length && r < right.Length && left[l] == right[r])
            {
                changes.Add(new LineChange(' ', left[l++]));
                r++;
            }
            else if (r == right.Length || (l < left.Length && common[l + 1, r] >= common[l, r + 1]))
            {
                changes.Add(new LineChange('-', left[l++]));
            }
            else
            {
                changes.Add(new LineChange('+', right[r++]));
            }
        }
        return changes;
    }

    private static List<LineChange> Shortened(IReadOnlyList<LineChange> all) =>
        [
            .. all.Where(
                (_, index) =>
                    all.Skip(Math.Max(0, index - Around))
                        .Take(Math.Min(index, Around) + 1 + Around)
                        .Any(near => near.Mark != ' ')
            ),
        ];
}
