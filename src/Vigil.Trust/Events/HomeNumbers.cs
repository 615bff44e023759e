namespace Vigil.Trust;

/// <summary>One number of the console's first page.</summary>
/// <param name="Title">What is counted, as "Open cases".</param>
/// <param name="Value">As it is shown.</param>
/// <param name="Path">The page that it leads to.</param>
/// <param name="Permission">Who sees it.</param>
public sealed record HomeNumber(string Title, string Value, string Path, Permission Permission)
{
    /// <summary>Somebody should look.</summary>
    public bool IsWarning { get; init; }

    /// <summary>A word more, as "oldest 3 hours".</summary>
    public string Note { get; init; } = "";
}

/// <summary>The first page asks every feature for its numbers of now; each adds its own, in one view of the data.</summary>
public sealed class HomeNumbersWanted
{
    private const int MaxNumbers = 40;
    private readonly List<HomeNumber> _numbers = [];

    public IReadOnlyList<HomeNumber> Numbers => _numbers;

    public void Add(HomeNumber number)
    {
        if (_numbers.Count < MaxNumbers)
        {
            _numbers.Add(number);
        }
    }
}
